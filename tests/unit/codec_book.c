/* Books: what they become, what is refused and where, and the container SPB1. */
#include "base/sha256.h"
#include "base/text.h"
#include "unit/codec.h"

#define PROMOTION "'id':'r','kind':'promotion','stage':'order'"
#define COUPON    "'id':'r','kind':'coupon','stage':'shop_coupon'"
#define FIVE_OFF  "'give':{'amount_off':{'amount':500}}"

/* ---- refusals ---- */

typedef struct {
  const char *text; /* rules, or members of the rules part */
  sp_err code;
  const char *path;
} refusal;

static void read_rules(codec *c, const char *text) {
  codec_read_rules(c, text);
}

static void read_part(codec *c, const char *text) {
  codec_read_book(c, text, 1);
}

static void read_catalog(codec *c, const char *text) {
  c->text[0] = 0;
  c->book_arena.used = c->scratch.used = 0;
  codec_add(c, "{'suanpan_book':1,'shop':'s','version':1,'meaning':1,'catalog':");
  codec_add(c, text);
  codec_add(c, ",'rules':{'preset':'cn_sequential','rules':[]}}");
  report_start(&c->report, &c->scratch, 1);
  book_in(codec_text(c), &c->book_arena, &c->scratch, &c->report);
}

static void expect_refusals(void (*read)(codec *, const char *), const refusal *refusals,
                            size_t count) {
  codec *c = codec_open();
  for (size_t i = 0; i < count; i++) {
    read(c, refusals[i].text);
    codec_expect(c, refusals[i].text, refusals[i].code, refusals[i].path);
  }
  codec_close(c);
}

static void rules_that_may_not_stand_are_refused(void) {
  static const refusal refusals[] = {
      {"{" PROMOTION "," FIVE_OFF "}", SP_OK, ""},
      {"3", SP_E_TYPE, "/rules/rules/0"},
      {"{'kind':'promotion','stage':'order'," FIVE_OFF "}", SP_E_REQUIRED, "/rules/rules/0/id"},
      {"{'id':'','kind':'promotion','stage':'order'," FIVE_OFF "}", SP_E_ID, "/rules/rules/0/id"},
      {"{" PROMOTION "," FIVE_OFF "},{" PROMOTION "," FIVE_OFF "}", SP_E_DUPLICATE_ID,
       "/rules/rules/1/id"},
      {"{'id':'r','kind':'invite','stage':'order'," FIVE_OFF "}", SP_E_UNSUPPORTED,
       "/rules/rules/0/kind"},
      {"{'id':'r','kind':'x','stage':'order'," FIVE_OFF "}", SP_E_RANGE, "/rules/rules/0/kind"},
      {"{'id':'r','kind':'member','stage':'order'," FIVE_OFF "}", SP_E_CONFLICT,
       "/rules/rules/0/stage"},
      {"{'id':'r','kind':'promotion','stage':'shop_coupon'," FIVE_OFF "}", SP_E_CONFLICT,
       "/rules/rules/0/stage"},
      {"{'id':'r','kind':'coupon','stage':'order'," FIVE_OFF "}", SP_E_CONFLICT,
       "/rules/rules/0/stage"},
      {"{" PROMOTION "," FIVE_OFF ",'priority':1000001}", SP_E_RANGE, "/rules/rules/0/priority"},
      {"{" PROMOTION "," FIVE_OFF ",'limit':1}", SP_E_TYPE, "/rules/rules/0/limit"},
      {"{" PROMOTION "," FIVE_OFF ",'color':1}", SP_E_FIELD, "/rules/rules/0/color"},
      {"{" PROMOTION "," FIVE_OFF ",'level':'line'}", SP_E_RANGE, "/rules/rules/0/level"},
      {"{" PROMOTION "," FIVE_OFF ",'for':{'tiers':['gold','iron']}}", SP_E_REFERENCE,
       "/rules/rules/0/for/tiers/1"},
      {"{" PROMOTION "," FIVE_OFF ",'for':{'tiers':[]}}", SP_E_RANGE, "/rules/rules/0/for/tiers"},
      {"{" PROMOTION "," FIVE_OFF ",'when':{'any':[]}}", SP_E_RANGE, "/rules/rules/0/when/any"},
      {"{" PROMOTION "," FIVE_OFF ",'when':{'base':'payable_goods'}}", SP_E_CONFLICT,
       "/rules/rules/0/when/base"},
      {"{" PROMOTION "," FIVE_OFF ",'scope':'none'}", SP_E_RANGE, "/rules/rules/0/scope"},
      {"{" PROMOTION "," FIVE_OFF ",'scope':7}", SP_E_TYPE, "/rules/rules/0/scope"},
      {"{" PROMOTION "," FIVE_OFF ",'scope':{'skus':['a','z']}}", SP_E_REFERENCE,
       "/rules/rules/0/scope/skus/1"},
      {"{" PROMOTION "," FIVE_OFF ",'scope':{'exclude':{'skus':['z']}}}", SP_E_REFERENCE,
       "/rules/rules/0/scope/exclude/skus/0"},
      {"{" PROMOTION "," FIVE_OFF ",'scope':{'exclude':{'price_between':[1,2]}}}", SP_E_FIELD,
       "/rules/rules/0/scope/exclude/price_between"},
      {"{" PROMOTION "," FIVE_OFF ",'scope':{'price_between':[2,1]}}", SP_E_RANGE,
       "/rules/rules/0/scope/price_between"},
      {"{" PROMOTION "," FIVE_OFF ",'scope':{'price_between':[1,2,3]}}", SP_E_LIMIT,
       "/rules/rules/0/scope/price_between"},
      {"{" PROMOTION "," FIVE_OFF ",'window':{'from':'2025-02-29T00:00:00'}}", SP_E_RANGE,
       "/rules/rules/0/window/from"},
      {"{" PROMOTION "," FIVE_OFF
       ",'window':{'from':'2025-02-28T00:00:00','to':'2025-02-28T00:00:00'}}",
       SP_E_RANGE, "/rules/rules/0/window/to"},
      {"{" PROMOTION "," FIVE_OFF ",'window':{'daily':[['10:00','10:00']]}}", SP_E_RANGE,
       "/rules/rules/0/window/daily/0"},
      {"{" PROMOTION "," FIVE_OFF ",'window':{'daily':[['10:00','24:01']]}}", SP_E_RANGE,
       "/rules/rules/0/window/daily/0/1"},
      {"{" PROMOTION "," FIVE_OFF ",'window':{'weekdays':[0]}}", SP_E_RANGE,
       "/rules/rules/0/window/weekdays/0"},
      {"{" PROMOTION "," FIVE_OFF ",'stack':{'group':'x'}}", SP_E_REFERENCE,
       "/rules/rules/0/stack/group"},
      {"{" PROMOTION "," FIVE_OFF ",'stack':{'exclusive':true}}", SP_OK, ""},
      {"{" PROMOTION "," FIVE_OFF ",'stack':{'excludes':['coupon','x']}}", SP_E_REFERENCE,
       "/rules/rules/0/stack/excludes/1"},
      {"{'id':'r','kind':'flash','stage':'unit','give':{'unit_price':{'price':1}},"
       "'stack':{'group':'g'}}",
       SP_E_CONFLICT, "/rules/rules/0/stack/group"},
      {"{'id':'r','kind':'promotion','stage':'reward','give':{'points':{'n':1}},"
       "'stack':{'group':'g'}}",
       SP_E_CONFLICT, "/rules/rules/0/stack/group"},
  };
  expect_refusals(read_rules, refusals, sizeof refusals / sizeof *refusals);
}

/* A give in a rule of a kind and stage. */
typedef struct {
  const char *kind, *stage, *give;
  sp_err code;
  const char *path; /* below /rules/rules/0/give */
} placing;

static const placing placings[] = {
    {"promotion", "order", "{}", SP_E_REQUIRED, ""},
    {"promotion", "order", "[]", SP_E_RANGE, ""},
    {"promotion", "order", "1", SP_E_TYPE, ""},
    {"promotion", "order", "{'present':{}}", SP_E_FIELD, "/present"},
    {"promotion", "order", "{'points':{'n':1},'free_freight':{}}", SP_E_FIELD, "/free_freight"},
    {"promotion", "order", "[{'points':{'n':1}},{'free_freight':{}}]", SP_OK, ""},
    {"promotion", "order", "{'free_freight':{'x':1}}", SP_E_FIELD, "/free_freight/x"},
    {"promotion", "order", "{'unit_price':{'price':1}}", SP_E_CONFLICT, "/unit_price"},
    {"promotion", "order", "{'amount_off':{'amount':0}}", SP_E_RANGE, "/amount_off/amount"},
    {"promotion", "order", "{'amount_off':{'amount':1,'per':'piece','choose':'best'}}", SP_OK, ""},
    {"coupon", "shop_coupon", "{'amount_off':{'amount':1,'per':'piece','choose':'cheapest'}}",
     SP_OK, ""},
    {"coupon", "shop_coupon", "{'amount_off':{'amount':1,'per':'piece','max_units':1}}",
     SP_E_CONFLICT, "/amount_off/max_units"},
    {"promotion", "item",
     "{'amount_off':{'amount':1,'per':'unit','max_units':2,"
     "'choose':'cheapest'}}",
     SP_OK, ""},
    {"promotion", "item", "{'amount_off':{'amount':1,'per':'unit','max_units_per':'line'}}",
     SP_E_CONFLICT, "/amount_off/max_units_per"},
    {"promotion", "item", "{'amount_off':{'amount':1,'per':'line','max_units':2}}", SP_E_CONFLICT,
     "/amount_off/max_units"},
    {"promotion", "item", "{'amount_off':{'amount':1,'choose':'dearest'}}", SP_E_CONFLICT,
     "/amount_off/choose"},
    {"promotion", "item", "{'percent_off':{'bp':1000,'per':'unit'}}", SP_OK, ""},
    {"promotion", "item", "{'percent_off':{'bp':1000,'per':'unit','choose':'cheapest'}}",
     SP_E_CONFLICT, "/percent_off/choose"},
    {"promotion", "item", "{'percent_off':{'bp':1000,'per':'unit','max_units':2,'choose':'best'}}",
     SP_E_CONFLICT, "/percent_off/choose"},
    {"promotion", "item", "{'amount_off':{'amount':1,'lands_on':'goods_then_freight'}}",
     SP_E_CONFLICT, "/amount_off/lands_on"},
    {"coupon", "freight", "{'amount_off':{'amount':1,'lands_on':'goods_then_freight'}}", SP_OK, ""},
    {"coupon", "freight",
     "{'amount_off':{'amount':1,'lands_on':'goods_then_freight','per':'line'}}", SP_E_CONFLICT,
     "/amount_off/per"},
    {"promotion", "freight", "{'amount_off':{'amount':1,'lands_on':'goods_then_freight'}}",
     SP_E_CONFLICT, "/amount_off"},
    {"coupon", "freight",
     "[{'amount_off':{'amount':1,'lands_on':'goods_then_freight'}},{'free_freight':{}}]",
     SP_E_CONFLICT, "/0/amount_off"},
    {"coupon", "freight", "{'freight_off':{'amount':1,'per':'order'}}", SP_OK, ""},
    {"coupon", "freight", "{'freight_off':{'amount':1,'bp':1}}", SP_E_CONFLICT, "/freight_off/bp"},
    {"coupon", "freight", "{'freight_off':{'amount':1,'cap':1}}", SP_E_CONFLICT,
     "/freight_off/cap"},
    {"coupon", "freight", "{'freight_off':{}}", SP_E_REQUIRED, "/freight_off/amount"},
    {"promotion", "freight", "{'fees_off':{'amount':1}}", SP_OK, ""},
    {"promotion", "freight", "[{'free_freight':{}},{'fees_off':{'bp':10000}}]", SP_OK, ""},
    {"coupon", "freight", "{'fees_off':{'amount':1,'bp':1}}", SP_E_CONFLICT, "/fees_off/bp"},
    {"coupon", "freight", "{'fees_off':{'amount':1,'cap':1}}", SP_E_CONFLICT, "/fees_off/cap"},
    {"coupon", "freight", "{'fees_off':{}}", SP_E_REQUIRED, "/fees_off/amount"},
    {"coupon", "freight", "{'fees_off':{'bp':1,'fees':[]}}", SP_E_RANGE, "/fees_off/fees"},
    {"coupon", "freight", "{'fees_off':{'bp':1,'fees':['no']}}", SP_E_REFERENCE,
     "/fees_off/fees/0"},
    {"promotion", "reward", "{'fees_off':{'bp':1}}", SP_E_CONFLICT, "/fees_off"},
    {"coupon", "freight",
     "{'tiers':{'by':'amount','tiers':[{'gte':1,'give':{'freight_off':{'bp':1,'cap':5}}}]}}", SP_OK,
     ""},
    {"coupon", "freight", "{'every':{'by':'qty','step':1,'give':{'freight_off':{'bp':1}}}}",
     SP_E_CONFLICT, "/every"},
    {"promotion", "order", "{'freight_off':{'bp':1}}", SP_E_CONFLICT, "/freight_off"},
    {"promotion", "order", "{'commission':{'fixed':0}}", SP_E_CONFLICT, "/commission"},
    {"promotion", "reward", "{'commission':{'fixed':0}}", SP_OK, ""},
    {"promotion", "reward", "{'commission':{}}", SP_E_REQUIRED, "/commission/fixed"},
    {"promotion", "reward", "{'commission':{'levels':[1,2,3]}}", SP_E_LIMIT, "/commission/levels"},
    {"promotion", "order", "{'points':{'num':1,'den':2}}", SP_E_CONFLICT, "/points/num"},
    {"promotion", "reward", "{'points':{'num':1,'den':2}}", SP_OK, ""},
    {"promotion", "reward", "{'points':{'num':1}}", SP_E_REQUIRED, "/points/den"},
    {"promotion", "reward", "{'points':{'den':1}}", SP_E_REQUIRED, "/points/n"},
    {"promotion", "reward", "{'points':{'n':1,'num':1,'den':2}}", SP_E_CONFLICT, "/points/num"},
    {"promotion", "reward", "{'points':{'per':'line','num':1,'den':2}}", SP_E_CONFLICT,
     "/points/per"},
    {"promotion", "reward",
     "{'every':{'by':'amount','step':1,'give':{'points':{'num':1,'den':2}}}}", SP_E_CONFLICT,
     "/every/give/points/num"},
    {"promotion", "reward",
     "{'every':{'by':'amount','step':1,'give':{'points':{'n':1,'per':'unit'}}}}", SP_E_CONFLICT,
     "/every/give/points/per"},
    {"promotion", "reward",
     "{'every':{'by':'amount','step':1,'give':{'grant_membership':{'card':'c','days':1}}}}",
     SP_E_CONFLICT, "/every/give/grant_membership"},
    {"promotion", "order", "{'items_free':{'count':1,'choose':'best'}}", SP_E_CONFLICT,
     "/items_free/choose"},
    {"promotion", "order", "{'buy_get':{'buy':{'qty':1},'get':{}}}", SP_E_REQUIRED,
     "/buy_get/get/qty"},
    {"promotion", "order", "{'buy_get':{'buy':{'qty':1},'get':{'qty':1},'off_bp':0}}", SP_E_RANGE,
     "/buy_get/off_bp"},
    {"promotion", "order", "{'bundle':{'needs':[{'qty':1}],'price':1}}", SP_E_REQUIRED,
     "/bundle/needs/0/scope"},
    {"promotion", "order", "{'bundle':{'needs':[{'scope':'all','qty':1}]}}", SP_E_REQUIRED,
     "/bundle/price"},
    {"promotion", "order", "{'bundle':{'needs':[{'scope':'all','qty':1}],'price':1,'off':1}}",
     SP_E_CONFLICT, "/bundle/off"},
    {"promotion", "order",
     "{'bundle':{'needs':[{'scope':{'skus':['a']},'qty':1},{'scope':'all','qty':1}],'off':1}}",
     SP_E_CONFLICT, "/bundle/needs/1"},
    {"promotion", "order", "{'qty_groups':{'size':3,'give':{'amount_off':{'amount':5}}}}", SP_OK,
     ""},
    {"promotion", "order", "{'qty_groups':{'size':3,'give':{'points':{'n':5}}}}", SP_E_CONFLICT,
     "/qty_groups/give/points"},
    {"promotion", "order", "{'qty_groups':{'size':3,'give':{'percent_off':{'bp':5,'per':'line'}}}}",
     SP_E_CONFLICT, "/qty_groups/give/percent_off/per"},
    {"promotion", "order",
     "{'every':{'by':'qty','step':1,'compound':true,'give':{'items_free':{'count':1}}}}",
     SP_E_CONFLICT, "/every/compound"},
    {"promotion", "item", "{'percent_off':{'bp':1000,'per':'line','cap':5}}", SP_E_CONFLICT,
     "/percent_off/cap"},
    {"promotion", "item", "{'percent_off':{'bp':1000,'cap':5,'base':'list'}}", SP_OK, ""},
    {"promotion", "item", "{'percent_off':{'bp':1000,'base':'payable_goods'}}", SP_E_CONFLICT,
     "/percent_off/base"},
    {"promotion", "item", "{'percent_off':{'bp':10001}}", SP_E_RANGE, "/percent_off/bp"},
    {"coupon", "platform_coupon", "{'percent_off':{'bp':5000,'per':'piece','cap':500}}", SP_OK, ""},
    {"flash", "unit", "{'unit_price':{'price':1,'prices':{'a':1}}}", SP_E_CONFLICT,
     "/unit_price/prices"},
    {"flash", "unit", "{'unit_price':{}}", SP_E_REQUIRED, "/unit_price/price"},
    {"flash", "unit", "{'unit_price':{'prices':{'a':1,'x':1}}}", SP_E_REFERENCE,
     "/unit_price/prices/x"},
    {"flash", "unit", "{'unit_price':{'price':5,'max_units':2,'max_units_per':'rule'}}", SP_OK, ""},
    {"flash", "unit", "[{'unit_price':{'price':5}},{'unit_price':{'price':5}}]", SP_E_CONFLICT, ""},
    {"timed", "unit", "{'percent_off':{'bp':100}}", SP_E_CONFLICT, "/percent_off/per"},
    {"timed", "unit", "{'percent_off':{'bp':100,'per':'unit','max_units':1}}", SP_OK, ""},
    {"timed", "unit", "{'percent_off':{'bp':100,'per':'unit','base':'list'}}", SP_E_CONFLICT,
     "/percent_off/base"},
    {"timed", "unit", "{'amount_off':{'amount':100,'per':'unit','choose':'dearest'}}",
     SP_E_CONFLICT, "/amount_off/choose"},
    {"timed", "unit", "{'points':{'n':1}}", SP_E_CONFLICT, "/points"},
    {"promotion", "freight", "{'free_freight':{}}", SP_OK, ""},
    {"coupon", "freight", "{'amount_off':{'amount':1}}", SP_E_CONFLICT, "/amount_off"},
    {"promotion", "reward", "{'free_freight':{}}", SP_E_CONFLICT, "/free_freight"},
    {"promotion", "reward",
     "{'tiers':{'by':'amount','base':'payable_goods','tiers':"
     "[{'gte':1,'give':{'points':{'n':1}}}]}}",
     SP_OK, ""},
    {"promotion", "reward",
     "{'every':{'by':'amount','step':1,'give':{'amount_off':"
     "{'amount':1}}}}",
     SP_E_CONFLICT, "/every/give/amount_off"},
    {"promotion", "order", "{'tiers':{'by':'amount','tiers':[]}}", SP_E_RANGE, "/tiers/tiers"},
    {"promotion", "order", "{'tiers':{'by':'kinds','tiers':[]}}", SP_E_RANGE, "/tiers/by"},
    {"promotion", "order",
     "{'tiers':{'by':'qty','tiers':[{'gte':2,'give':{'points':{'n':1}}},"
     "{'gte':2,'give':{'points':{'n':2}}}]}}",
     SP_E_RANGE, "/tiers/tiers/1/gte"},
    {"promotion", "order", "{'tiers':{'by':'qty','tiers':[{'gte':2,'give':[]}]}}", SP_E_TYPE,
     "/tiers/tiers/0/give"},
    {"promotion", "order", "{'tiers':{'by':'qty','tiers':[{'gte':2,'give':{'every':{}}}]}}",
     SP_E_CONFLICT, "/tiers/tiers/0/give/every"},
    {"promotion", "order", "{'every':{'by':'qty','step':0,'give':{'points':{'n':1}}}}", SP_E_RANGE,
     "/every/step"},
    {"promotion", "order", "{'every':{'by':'qty','step':1,'give':{'percent_off':{'bp':1}}}}", SP_OK,
     ""},
    {"promotion", "order",
     "{'every':{'by':'qty','step':1,'give':{'amount_off':{'amount':1,"
     "'per':'line'}}}}",
     SP_E_CONFLICT, "/every/give/amount_off/per"},
    {"promotion", "item", "{'nth_item':{'pay_bp':[5000],'order':'cart','repeat':true}}",
     SP_E_REQUIRED, "/nth_item/beyond_bp"},
    {"promotion", "item",
     "{'nth_item':{'pay_bp':[10001],'order':'cart','repeat':true,"
     "'beyond_bp':0}}",
     SP_E_RANGE, "/nth_item/pay_bp/0"},
    {"promotion", "item", "{'gift':{'options':[{'sku':'a'},{'sku':'x'}]}}", SP_E_REFERENCE,
     "/gift/options/1/sku"},
    {"promotion", "item", "{'grant_coupon':{'rule':'r'}}", SP_E_REFERENCE, "/grant_coupon/rule"},
    {"promotion", "item", "{'grant_coupon':{'rule':'later','n':2}}", SP_OK, ""},
};

static void gives_stand_only_where_they_may(void) {
  codec *c = codec_open();
  for (size_t i = 0; i < sizeof placings / sizeof *placings; i++) {
    const placing *p = &placings[i];
    char rules[1000], path[200];
    snprintf(rules, sizeof rules,
             "{'id':'r','kind':'%s','stage':'%s','give':%s},"
             "{'id':'later','kind':'coupon','stage':'freight','give':{'free_freight':{}}}",
             p->kind, p->stage, p->give);
    snprintf(path, sizeof path, "%s%s", p->code ? "/rules/rules/0/give" : "", p->path);
    codec_read_rules(c, rules);
    codec_expect(c, rules, p->code, path);
  }
  codec_close(c);
}

#define RULES    ",'rules':[]"
#define TEMPLATE "'by':'pieces','regions':[{'first':1,'first_fee':600}]"

static void rules_parts_that_may_not_stand_are_refused(void) {
  static const refusal refusals[] = {
      {"'rules':[]", SP_E_REQUIRED, "/rules/preset"},
      {"'preset':'overseas'" RULES, SP_E_RANGE, "/rules/preset"},
      {"'preset':'cn_parallel','utc_offset_s':50401" RULES, SP_E_RANGE, "/rules/utc_offset_s"},
      {"'preset':'cn_parallel','policy':{'goal':'x'}" RULES, SP_E_RANGE, "/rules/policy/goal"},
      {"'preset':'cn_parallel','policy':{'rounding_off_fen':50}" RULES, SP_E_RANGE,
       "/rules/policy/rounding_off_fen"},
      {"'preset':'cn_parallel','policy':{'excess_share':'kept'}" RULES, SP_E_RANGE,
       "/rules/policy/excess_share"},
      {"'preset':'cn_parallel','policy':{'points_goal_bp':10001}" RULES, SP_E_RANGE,
       "/rules/policy/points_goal_bp"},
      {"'preset':'cn_parallel','policy':{'threshold_base':'payable_goods'}" RULES, SP_E_RANGE,
       "/rules/policy/threshold_base"},
      {"'preset':'cn_parallel','tiers':['x','y','x']" RULES, SP_E_DUPLICATE_ID, "/rules/tiers/2"},
      {"'preset':'cn_parallel','groups':{'coupon':{}}" RULES, SP_E_CONFLICT,
       "/rules/groups/coupon"},
      {"'preset':'cn_parallel','groups':{'':{}}" RULES, SP_E_ID, "/rules/groups/"},
      {"'preset':'cn_parallel','groups':{'g':{'pieces':'twice'}}" RULES, SP_E_RANGE,
       "/rules/groups/g/pieces"},
      {"'preset':'cn_parallel','groups':{'g':{'pieces':'once_piece'}},"
       "'rules':[{" COUPON "," FIVE_OFF ",'stack':{'group':'g'}}]",
       SP_E_CONFLICT, "/rules/groups/g/pieces"},
      {"'preset':'cn_parallel','groups':{'g':{'max':0}}" RULES, SP_E_RANGE, "/rules/groups/g/max"},
      {"'preset':'cn_parallel','groups':{'g':{}},'rules':[{" PROMOTION "," FIVE_OFF
       ",'stack':{'group':'g'}},{'id':'q','kind':'coupon','stage':'shop_coupon'," FIVE_OFF
       ",'stack':{'group':'g'}}]",
       SP_E_REQUIRED, "/rules/groups/g/max_per"},
      {"'preset':'cn_parallel','groups':{'g':{'max_per':'order','pieces':'once_line'}},"
       "'rules':[{" COUPON "," FIVE_OFF ",'stack':{'group':'g'}}]",
       SP_E_CONFLICT, "/rules/groups/g/pieces"},
      {"'preset':'cn_parallel','groups':{'g':{'max':2}},'rules':[{" COUPON
       ",'give':{'amount_off':{'amount':1,'per':'piece'}},'stack':{'group':'g'}}]",
       SP_OK, ""},
      {"'preset':'cn_parallel','policy':{'coupon_slots':'unlimited'},'rules':[{" COUPON
       ",'give':{'amount_off':{'amount':1,'per':'piece'}}}]",
       SP_OK, ""},
      {"'preset':'cn_parallel','groups':{'g':{}},'rules':[{" PROMOTION "," FIVE_OFF
       ",'stack':{'group':'g'}},{'id':'q','kind':'promotion','stage':'order','give':"
       "{'gift':{'options':[{'sku':'a'}]}},'stack':{'group':'g'}}]",
       SP_E_BENEFIT_VALUE, "/rules/rules/1/give"},
      {"'preset':'cn_parallel','groups':{'g':{}},'rules':[{" PROMOTION "," FIVE_OFF
       ",'stack':{'group':'g'}},{'id':'q','kind':'promotion','stage':'order','give':"
       "{'gift':{'options':[{'sku':'a'}],'goal_value_fen':5}},'stack':{'group':'g'}}]",
       SP_OK, ""},
      {"'preset':'cn_parallel','freight':{'templates':[{'id':'t'," TEMPLATE
       "}],'default':'u'}" RULES,
       SP_E_REFERENCE, "/rules/freight/default"},
      {"'preset':'cn_parallel','freight':{'templates':[{'id':'t'," TEMPLATE "},{'id':'t'," TEMPLATE
       "}],'default':'t'}" RULES,
       SP_E_DUPLICATE_ID, "/rules/freight/templates/1/id"},
      {"'preset':'cn_parallel','freight':{'templates':[{'id':'t','by':'weight','regions':["
       "{'first':1,'first_fee':0},{'first':1,'first_fee':0}]}],'default':'t'}" RULES,
       SP_E_CONFLICT, "/rules/freight/templates/0/regions/1"},
      {"'preset':'cn_parallel','freight':{'templates':[{'id':'t','by':'weight','regions':["
       "{'codes':['11','12'],'first':1,'first_fee':0},{'codes':['12'],'first':1,'first_fee':0}]}],"
       "'default':'t'}" RULES,
       SP_E_DUPLICATE_ID, "/rules/freight/templates/0/regions"},
      {"'preset':'cn_parallel','freight':{'templates':[{'id':'t','by':'weight','regions':["
       "{'codes':[],'first':1,'first_fee':0}]}],'default':'t'}" RULES,
       SP_E_RANGE, "/rules/freight/templates/0/regions/0/codes"},
      {"'preset':'cn_parallel','fees':[{'id':'f','amount':1},{'id':'f','amount':1}]" RULES,
       SP_E_DUPLICATE_ID, "/rules/fees/1/id"},
      {"'preset':'cn_parallel','fees':[{'id':'f','amount':1,'fulfilment':['air']}]" RULES,
       SP_E_RANGE, "/rules/fees/0/fulfilment/0"},
      {"'preset':'cn_parallel','points':{'num':1}" RULES, SP_E_REQUIRED, "/rules/points/den"},
      {"'preset':'cn_parallel','points':{'num':1,'den':1,'earn':{'num':1,'den':0}}" RULES,
       SP_E_RANGE, "/rules/points/earn/den"},
      {"'preset':'cn_parallel','min_order':{'amount':1,'base':'current'}" RULES, SP_E_RANGE,
       "/rules/min_order/base"},
  };
  expect_refusals(read_part, refusals, sizeof refusals / sizeof *refusals);
}

static void catalogues_that_may_not_stand_are_refused(void) {
  static const refusal refusals[] = {
      {"{'skus':[]}", SP_OK, ""},
      {"{}", SP_E_REQUIRED, "/catalog/skus"},
      {"{'skus':[{'id':'a'}]}", SP_E_REQUIRED, "/catalog/skus/0/price"},
      {"{'skus':[{'id':'a','price':1000000001}]}", SP_E_RANGE, "/catalog/skus/0/price"},
      {"{'skus':[{'id':'a','price':-1}]}", SP_E_RANGE, "/catalog/skus/0/price"},
      {"{'skus':[{'id':'a','price':'1'}]}", SP_E_TYPE, "/catalog/skus/0/price"},
      {"{'skus':[{'id':'a','price':1},{'id':'b','price':1},{'id':'a','price':1}]}",
       SP_E_DUPLICATE_ID, "/catalog/skus/2/id"},
      {"{'skus':[{'id':'a','price':1,'tags':['x',1]}]}", SP_E_TYPE, "/catalog/skus/0/tags/1"},
      {"{'skus':[{'id':'a','price':1,'options':['x']}]}", SP_E_REFERENCE,
       "/catalog/skus/0/options/0"},
      {"{'options':[{'id':'x','price':1}],'skus':[{'id':'a','price':1,'options':['x','x']}]}",
       SP_E_DUPLICATE_ID, "/catalog/skus/0/options/1"},
      {"{'options':[{'id':'x','price':1},{'id':'x','price':2}],'skus':[]}", SP_E_DUPLICATE_ID,
       "/catalog/options/1/id"},
      {"{'skus':[{'id':'a','price':1,'freight':'t'}]}", SP_E_REFERENCE, "/catalog/skus/0/freight"},
      {"{'skus':[{'id':'a','price':1,'name':'tea'}]}", SP_E_FIELD, "/catalog/skus/0/name"},
      {"{'skus':[{'id':'0123456789012345678901234567890123456789012345678901234567890123',"
       "'price':1}]}",
       SP_OK, ""},
      {"{'skus':[{'id':'01234567890123456789012345678901234567890123456789012345678901234',"
       "'price':1}]}",
       SP_E_ID, "/catalog/skus/0/id"},
  };
  expect_refusals(read_catalog, refusals, sizeof refusals / sizeof *refusals);
}

/* ---- what a book becomes ---- */

static uint32_t bits_of(const sp_book *book, const char *rule) {
  sp_text id = {rule, (uint32_t)strlen(rule)};
  const sp_scope scope = book->rules[book_find_rule(book, id)].scope;
  return scope.bits ? scope.bits[0] : UINT32_MAX;
}

static void scopes_become_bits(void) {
  codec *c = codec_open();
  // The SKUs are c a b d: bits 1 2 4 8.
  const sp_book *book = codec_read_rules(
      c,
      "{'id':'all','kind':'promotion','stage':'order'," FIVE_OFF ",'scope':'all'},"
      "{'id':'none_named','kind':'promotion','stage':'order'," FIVE_OFF ",'scope':{}},"
      "{'id':'hot','kind':'promotion','stage':'order'," FIVE_OFF ",'scope':{'tags':['hot','hot']}},"
      "{'id':'mixed','kind':'promotion','stage':'order'," FIVE_OFF
      ",'scope':{'tags':['tea','unknown'],'spus':['p1'],'skus':['d']}},"
      "{'id':'cheap','kind':'promotion','stage':'order'," FIVE_OFF
      ",'scope':{'price_between':[500,1000]}},"
      "{'id':'without','kind':'promotion','stage':'order'," FIVE_OFF
      ",'scope':{'exclude':{'tags':['tea'],'spus':['p2'],'skus':['c']}}},"
      "{'id':'empty','kind':'promotion','stage':'order'," FIVE_OFF ",'scope':{'skus':[]}},"
      "{'id':'cut','kind':'promotion','stage':'order'," FIVE_OFF
      ",'scope':{'tags':['hot'],'price_between':[1000,2000],'exclude':{'spus':['p1']}}}");
  CHECK(book);
  if (book) {
    CHECK_INT(bits_of(book, "all"), UINT32_MAX);
    CHECK_INT(bits_of(book, "none_named"), 15);
    CHECK_INT(bits_of(book, "hot"), 2 | 4);
    CHECK_INT(bits_of(book, "mixed"), 1 | 2 | 4 | 8);
    CHECK_INT(bits_of(book, "cheap"), 2 | 8);
    CHECK_INT(bits_of(book, "without"), 2 | 8);
    CHECK_INT(bits_of(book, "empty"), 0);
    CHECK_INT(bits_of(book, "cut"), 4);
    CHECK_INT(book_find_sku(book, SP_TEXT("b")), 2);
    CHECK_INT(book_find_sku(book, SP_TEXT("bb")), SP_NONE);
    CHECK_INT(book->skus[0].option_count, 2);
    CHECK_INT(book->skus[0].options[0], 0);
    CHECK_INT(book->skus[0].options[1], 1);
    CHECK_INT(book_find_tier(book, SP_TEXT("gold")), 1);
    CHECK_INT(book->version, 3);
  }
  codec_close(c);
}

static void bases_are_resolved_by_stage_and_policy(void) {
  static const char rules[] =
      "'groups':{},'rules':["
      "{'id':'u','kind':'timed','stage':'unit','give':{'unit_price':{'price':1}},"
      "'when':{'amount_gt':5,'base':'after_item'}},"
      "{'id':'i','kind':'promotion','stage':'item','give':{'percent_off':{'bp':1}},"
      "'when':{'amount_gte':9,'amount_gt':5}},"
      "{'id':'o','kind':'promotion','stage':'order','give':{'percent_off':{'bp':1,'base':'list'}}},"
      "{'id':'s','kind':'coupon','stage':'shop_coupon','give':{'tiers':{'by':'amount','tiers':"
      "[{'gte':1,'give':{'percent_off':{'bp':1}}}]}}},"
      "{'id':'w','kind':'promotion','stage':'reward','give':{'points':{'n':1}},"
      "'when':{'base':'payable_goods'}}]";
  static const struct {
    const char *preset;
    sp_base when[5], percent_item, tiers, free_freight;
  } wanted[] = {
      {"'preset':'cn_sequential',",
       {SP_BASE_list, SP_BASE_current, SP_BASE_current, SP_BASE_current, SP_BASE_payable_goods},
       SP_BASE_current,
       SP_BASE_current,
       SP_BASE_payable_goods},
      {"'preset':'cn_parallel',",
       {SP_BASE_list, SP_BASE_current, SP_BASE_after_item, SP_BASE_after_item,
        SP_BASE_payable_goods},
       SP_BASE_current,
       SP_BASE_after_item,
       SP_BASE_after_item},
      {"'preset':'cn_parallel','policy':{'threshold_base':'list','free_freight_base':'list'},",
       {SP_BASE_list, SP_BASE_list, SP_BASE_list, SP_BASE_list, SP_BASE_payable_goods},
       SP_BASE_current,
       SP_BASE_list,
       SP_BASE_list},
  };
  codec *c = codec_open();
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    char members[2000];
    snprintf(members, sizeof members, "%s%s", wanted[i].preset, rules);
    const sp_book *book = codec_read_book(c, members, 1);
    CHECK(book);
    if (!book) continue;
    for (uint32_t r = 0; r < 5; r++)
      if (book->rules[r].when.count)
        CHECK_INT(book->rules[r].when.tests[0].base, wanted[i].when[r]);
    CHECK_INT(book->rules[0].when.tests[0].gte, 6);
    CHECK_INT(book->rules[1].when.tests[0].gte, 9);
    CHECK_INT(book->rules[1].gives->base, wanted[i].percent_item);
    CHECK_INT(book->rules[2].gives->base, SP_BASE_list);
    CHECK_INT(book->rules[3].gives->base, wanted[i].tiers);
    CHECK_INT(book->policy.free_freight_base, wanted[i].free_freight);
    CHECK(book->rules[3].percentage && !book->rules[3].benefit);
    CHECK(book->rules[4].benefit && !book->rules[4].percentage);
  }
  codec_close(c);
}

static void turns_go_by_stage_priority_amounts_and_id(void) {
  codec *c = codec_open();
  static const char rules[] =
      "'rules':["
      "{'id':'z','kind':'coupon','stage':'shop_coupon','give':{'amount_off':{'amount':1}}},"
      "{'id':'b','kind':'promotion','stage':'order','give':{'percent_off':{'bp':1}}},"
      "{'id':'c','kind':'promotion','stage':'order','give':{'amount_off':{'amount':1}}},"
      "{'id':'a','kind':'promotion','stage':'order','priority':-1,'give':{'points':{'n':1}}},"
      "{'id':'d','kind':'promotion','stage':'order','priority':7,'give':{'percent_off':{'bp':1}}},"
      "{'id':'e','kind':'promotion','stage':'item','give':{'percent_off':{'bp':1}}}]";
  static const char *const orders[] = {"edcbaz", "edbcaz"};
  for (uint32_t i = 0; i < 2; i++) {
    char members[2000];
    snprintf(members, sizeof members, "'preset':'cn_sequential','policy':{'amounts_first':%s},%s",
             i ? "false" : "true", rules);
    const sp_book *book = codec_read_book(c, members, 1);
    CHECK(book);
    for (uint32_t t = 0; book && t < 6; t++) {
      CHECK_INT(book->rules[book->rule_turns[t]].id.ptr[0], orders[i][t]);
    }
  }
  codec_close(c);
}

/* ---- stacking ---- */

static const sp_rule *rule_of(const sp_book *book, const char *id) {
  return &book->rules[book_find_rule(book, (sp_text){id, (uint32_t)strlen(id)})];
}

static void exclusions_become_class_bits(void) {
  codec *c = codec_open();
  const sp_book *book = codec_read_book(
      c,
      "'preset':'cn_sequential','groups':{'g':{'excludes':['coupon']},'h':{'on':'order',"
      "'excludes':['g']},'k':{'max_per':'shop','excludes':['k','promotion']}},'rules':["
      "{'id':'p','kind':'promotion','stage':'order'," FIVE_OFF
      ",'stack':{'excludes':['coupon','h']}},"
      "{'id':'pg','kind':'promotion','stage':'order'," FIVE_OFF
      ",'stack':{'group':'g','excludes':['promotion']}},"
      "{'id':'pgo','kind':'promotion','stage':'order'," FIVE_OFF
      ",'stack':{'group':'g','on':'order'}},"
      "{'id':'ph','kind':'promotion','stage':'item'," FIVE_OFF ",'stack':{'group':'h'}},"
      "{'id':'c','kind':'coupon','stage':'shop_coupon'," FIVE_OFF
      ",'stack':{'excludes':['coupon','promotion']}},"
      "{'id':'ck','kind':'coupon','stage':'shop_coupon'," FIVE_OFF ",'stack':{'group':'k'}},"
      "{'id':'ckl','kind':'coupon','stage':'shop_coupon'," FIVE_OFF
      ",'stack':{'group':'k','on':'line'}},"
      "{'id':'u','kind':'flash','stage':'unit','give':{'unit_price':{'price':1}},"
      "'stack':{'excludes':['coupon'],'applies_to_discounted':false}}]",
      1);
  CHECK(book);
  if (book) {
    const uint64_t promotion = SP_CLASS_PROMOTION, coupon = SP_CLASS_COUPON;
    const uint64_t g = 1u << 2, gc = 1u << 3, h = 1u << 4, hc = 1u << 5, k = 1u << 6, kc = 1u << 7;
    const sp_rule *r = rule_of(book, "p");
    CHECK_INT((int64_t)r->class_bits, (int64_t)promotion);
    CHECK_INT((int64_t)r->exclude_line_bits, (int64_t)(coupon | h | hc));
    CHECK_INT((int64_t)r->exclude_order_bits, 0);
    r = rule_of(book, "pg");
    CHECK_INT((int64_t)r->class_bits, (int64_t)(promotion | g));
    CHECK_INT((int64_t)r->exclude_line_bits, (int64_t)(coupon | promotion));
    r = rule_of(book, "pgo");
    CHECK_INT((int64_t)r->exclude_order_bits, (int64_t)coupon);
    CHECK_INT((int64_t)r->exclude_line_bits, 0);
    r = rule_of(book, "ph");
    CHECK_INT((int64_t)r->class_bits, (int64_t)(promotion | h));
    CHECK_INT((int64_t)r->exclude_order_bits, (int64_t)(g | gc));
    r = rule_of(book, "c");
    CHECK_INT((int64_t)r->exclude_order_bits, (int64_t)coupon);
    CHECK_INT((int64_t)r->exclude_line_bits, (int64_t)promotion);
    r = rule_of(book, "ck");
    CHECK_INT((int64_t)r->class_bits, (int64_t)(coupon | kc));
    CHECK_INT((int64_t)r->exclude_order_bits, (int64_t)kc);
    CHECK_INT((int64_t)r->exclude_line_bits, (int64_t)(k | promotion));
    r = rule_of(book, "ckl");
    CHECK_INT((int64_t)r->exclude_order_bits, 0);
    CHECK_INT((int64_t)r->exclude_line_bits, (int64_t)(k | kc | promotion));
    r = rule_of(book, "u");
    CHECK_INT((int64_t)r->class_bits, (int64_t)promotion);
    CHECK_INT((int64_t)r->exclude_line_bits, (int64_t)coupon);
    CHECK(!r->applies_to_discounted && rule_of(book, "p")->applies_to_discounted);
    CHECK(book->groups[0].pieces == SP_PIECES_once_line &&
          book->groups[0].max_per == SP_MAX_PER_line);
    CHECK(book->groups[2].pieces == SP_PIECES_shared && book->groups[2].max_per == SP_MAX_PER_shop);
  }
  codec_close(c);
}

static void coupons_without_a_group_stand_in_the_slots_of_the_policy(void) {
  static const char rules[] =
      "'rules':[{'id':'s','kind':'coupon','stage':'shop_coupon'," FIVE_OFF "},"
      "{'id':'p','kind':'coupon','stage':'platform_coupon'," FIVE_OFF "},"
      "{'id':'f','kind':'coupon','stage':'freight','give':{'free_freight':{}}}]";
  codec *c = codec_open();
  char members[1000];
  snprintf(members, sizeof members, "'preset':'cn_sequential',%s", rules);
  const sp_book *book = codec_read_book(c, members, 1);
  CHECK(book && book->group_count == 2);
  if (book) {
    CHECK_INT(book->rules[0].group, 0);
    CHECK_INT(book->rules[1].group, 0);
    CHECK_INT(book->rules[2].group, 1);
    CHECK(book->groups[0].max == 1 && book->groups[0].max_per == SP_MAX_PER_shop);
    CHECK(book->groups[1].max == 1 && book->groups[1].max_per == SP_MAX_PER_order);
  }
  snprintf(members, sizeof members, "'preset':'cn_parallel',%s", rules);
  book = codec_read_book(c, members, 1);
  CHECK(book && book->group_count == 3 && book->rules[1].group == 1 && book->rules[2].group == 2);
  snprintf(members, sizeof members,
           "'preset':'cn_parallel','policy':{'coupon_slots':'unlimited'},%s", rules);
  book = codec_read_book(c, members, 1);
  CHECK(book && book->group_count == 0 && book->rules[0].group == SP_NONE);
  codec_close(c);
}

static void all_groups_that_a_book_may_have_keep_their_bits_apart(void) {
  codec *c = codec_open();
  char members[8000] = "'preset':'cn_parallel','groups':{";
  for (int i = 0; i < SP_GROUPS_MAX; i++) {
    snprintf(members + strlen(members), sizeof members - strlen(members), "%s'g%02d':{}",
             i ? "," : "", i);
  }
  strcat(members, "},'rules':[");
  for (int i = 0; i < SP_GROUPS_MAX; i++) {
    snprintf(members + strlen(members), sizeof members - strlen(members),
             "{'id':'r%02d','kind':'promotion','stage':'order'," FIVE_OFF
             ",'stack':{'group':'g%02d'}},",
             i, i);
  }
  strcat(members, "{'id':'z','kind':'coupon','stage':'freight','give':{'free_freight':{}}}]");
  const sp_book *book = codec_read_book(c, members, 1);
  CHECK(book && book->group_count == SP_GROUPS_MAX + 3);
  uint64_t seen = 0;
  for (uint32_t i = 0; book && i < book->rule_count; i++) {
    uint64_t bits = book->rules[i].class_bits & ~(SP_CLASS_PROMOTION | SP_CLASS_COUPON);
    CHECK(bits && !(seen & bits));
    seen |= bits;
  }
  char *group = strstr(members, "'groups':{");
  memmove(group + 10 + 9, group + 10, strlen(group + 10) + 1);
  memcpy(group + 10, "'more':{}", 9);
  memmove(group + 20, group + 19, strlen(group + 19) + 1);
  group[19] = ',';
  codec_read_book(c, members, 1);
  codec_expect(c, "25 groups", SP_E_LIMIT, "/rules/groups");
  codec_close(c);
}

static void a_book_sells_so_many_cards(void) {
  codec *c = codec_open();
  for (int more = 0; more < 2; more++) {
    char members[2000] = "'preset':'cn_sequential','tiers':['gold'],'rules':[],'member_cards':{";
    // None of them is in the catalogue, which is said only where their number is good.
    for (int i = 0; i < SP_MEMBER_CARDS_MAX + more; i++) {
      snprintf(members + strlen(members), sizeof members - strlen(members),
               "%s'sku%d':{'tier':'gold'}", i ? "," : "", i);
    }
    strcat(members, "}");
    codec_read_book(c, members, 1);
    if (more)
      codec_expect(c, "17 cards", SP_E_LIMIT, "/rules/member_cards");
    else
      codec_expect(c, "16 cards", SP_E_REFERENCE, "/rules/member_cards/sku0");
  }
  codec_close(c);
}

/* ---- check ---- */

static void check_lists_everything_but_not_without_end(void) {
  codec *c = codec_open();
  codec_read_book(c, "'preset':'x','rules':[{'id':'r'},3,{" PROMOTION "," FIVE_OFF ",'y':1}]", 100);
  static const struct {
    sp_err code;
    const char *path;
  } wanted[] = {{SP_E_RANGE, "/rules/preset"},           {SP_E_REQUIRED, "/rules/rules/0/kind"},
                {SP_E_REQUIRED, "/rules/rules/0/stage"}, {SP_E_REQUIRED, "/rules/rules/0/give"},
                {SP_E_TYPE, "/rules/rules/1"},           {SP_E_FIELD, "/rules/rules/2/y"},
                {SP_E_DUPLICATE_ID, "/rules/rules/2/id"}};
  const uint32_t count = sizeof wanted / sizeof *wanted;
  CHECK_INT(c->report.error_count, count);
  for (uint32_t i = 0; i < count; i++) {
    bool found = false;
    for (uint32_t j = 0; j < c->report.error_count; j++) {
      sp_text path = c->report.errors[j].path;
      found = found ||
              (c->report.errors[j].code == wanted[i].code && path.size == strlen(wanted[i].path) &&
               !memcmp(path.ptr, wanted[i].path, path.size));
    }
    if (!found) unit_fail(__FILE__, __LINE__, wanted[i].path);
  }
  char members[8000] = "'preset':'cn_sequential','rules':[1";
  for (int i = 0; i < 250; i++)
    strcat(members, ",1");
  strcat(members, "]");
  codec_read_book(c, members, 100);
  CHECK_INT(c->report.error_count, 100);
  codec_close(c);
}

static void a_bad_member_is_not_missing_too(void) {
  codec *c = codec_open();
  CHECK(!codec_read_book(c,
                         "'preset':'cn_sequential','rules':[{'id':'p','kind':'promotion',"
                         "'stage':'order','give':{'points':{'n':0}}}]",
                         100));
  CHECK_INT(c->report.error_count, 1);
  codec_close(c);
}

static void paths_of_earlier_errors_stay(void) {
  codec *c = codec_open();
  codec_read_book(c,
                  "'preset':'cn_sequential','rules':[{'id':'f','kind':'flash','stage':'unit',"
                  "'give':{'unit_price':{'prices':{'x':1,'y':2}}},'explain':{}}]",
                  100);
  static const char *const wanted[] = {"/rules/rules/0/explain",
                                       "/rules/rules/0/give/unit_price/prices/x",
                                       "/rules/rules/0/give/unit_price/prices/y"};
  CHECK_INT(c->report.error_count, 3);
  for (uint32_t i = 0; i < 3; i++) {
    sp_text path = {wanted[i], (uint32_t)strlen(wanted[i])};
    CHECK_TEXT(c->report.errors[i].path, path);
  }
  codec_close(c);
}

static bool warned(const codec *c, sp_book_warning code, const char *path) {
  for (uint32_t i = 0; i < c->report.warning_count; i++) {
    const report_entry *entry = &c->report.warnings[i];
    if (entry->code == code && entry->path.size == strlen(path) &&
        !memcmp(entry->path.ptr, path, entry->path.size)) {
      return true;
    }
  }
  return false;
}

static void warnings_do_not_refuse_a_book(void) {
  codec *c = codec_open();
  const sp_book *book = codec_read_book(
      c,
      "'preset':'cn_sequential','groups':{'g':{}},'rules':["
      "{'id':'p','kind':'promotion','stage':'order'," FIVE_OFF ",'scope':{'tags':['hot']}},"
      "{'id':'q','kind':'promotion','stage':'order'," FIVE_OFF ",'scope':{'skus':['c']}},"
      "{'id':'r','kind':'promotion','stage':'order'," FIVE_OFF ",'scope':{'tags':['tea']}},"
      "{'id':'s','kind':'promotion','stage':'item'," FIVE_OFF "},"
      "{'id':'t','kind':'promotion','stage':'order'," FIVE_OFF ",'stack':{'group':'g'}},"
      "{'id':'u','kind':'promotion','stage':'order'," FIVE_OFF ",'scope':{'tags':['none']}},"
      "{'id':'x','kind':'promotion','stage':'order','give':{'gift':{'options':[{'sku':'c'}]}}},"
      "{'id':'v','kind':'promotion','stage':'reward','give':{'grant_coupon':{'rule':'w'}},"
      "'window':{'from':'2026-01-01T00:00:00'}},"
      "{'id':'w','kind':'coupon','stage':'shop_coupon'," FIVE_OFF
      ",'window':{'to':'2026-01-01T00:00:00'}}]",
      100);
  CHECK(book);
  CHECK_INT(c->report.warning_count, 3);
  CHECK(warned(c, SP_W_UNGROUPED_OVERLAP, "/rules/rules/2/stack"));
  CHECK(warned(c, SP_W_EMPTY_SCOPE, "/rules/rules/5/scope"));
  CHECK(warned(c, SP_W_GRANT_ENDED, "/rules/rules/7/give"));
  codec_close(c);
}

/* ---- SPB1 ---- */

static const char catalog_part[] = "{\"skus\":[{\"id\":\"a\",\"price\":100}]}";
static const char rules_part[] = "{\"preset\":\"cn_sequential\",\"rules\":[]}";
static const char text_part[] = "any bytes";

static void hex_of(const char *bytes, char *hex) {
  uint8_t digest[SP_SHA256_SIZE];
  sha256((const uint8_t *)bytes, strlen(bytes), digest);
  for (uint32_t i = 0; i < SP_SHA256_SIZE; i++)
    sprintf(hex + 2 * i, "%02x", digest[i]);
}

static size_t add_u32(char *out, size_t number) {
  for (uint32_t i = 0; i < 4; i++)
    out[i] = (char)(number >> 8 * i & 0xFF);
  return 4;
}

static size_t add_counted(char *out, const char *bytes) {
  add_u32(out, strlen(bytes));
  memcpy(out + 4, bytes, strlen(bytes));
  return strlen(bytes) + 4;
}

static const char *const parts[] = {catalog_part, rules_part, text_part};

/* A container whose manifest is made by `format` from the parts' digests and lengths. */
static size_t make_container(char *out, const char *manifest, const char *signatures) {
  size_t size = 4;
  memcpy(out, "SPB1", 4);
  size += add_counted(out + size, manifest);
  size += add_counted(out + size, signatures);
  for (size_t i = 0; i < 3; i++) {
    size += add_u32(out + size, i);
    size += add_counted(out + size, parts[i]);
  }
  return size;
}

static void good_manifest(char *out) {
  char a[65], b[65], c[65];
  hex_of(catalog_part, a);
  hex_of(rules_part, b);
  hex_of(text_part, c);
  sprintf(out,
          "{\"shop\":\"s\",\"epoch\":2,\"ver\":9,\"meaning\":1,\"engine_min\":1,\"expires\":9,"
          "\"min_ver\":1,\"not_before\":0,\"prev\":null,\"parts\":["
          "{\"name\":\"catalog\",\"sha256\":\"%s\",\"len\":%zu,\"audience\":\"public\"},"
          "{\"name\":\"rules\",\"sha256\":\"%s\",\"len\":%zu,\"audience\":\"public\"},"
          "{\"name\":\"text\",\"sha256\":\"%s\",\"len\":%zu,\"audience\":\"member\"}]}",
          a, strlen(catalog_part), b, strlen(rules_part), c, strlen(text_part));
}

static void expect_container(codec *c, const char *bytes, size_t size, sp_err code,
                             const char *path) {
  char *exact = malloc(size ? size : 1);
  if (!exact) abort();
  memcpy(exact, bytes, size);
  c->book_arena.used = c->scratch.used = 0;
  report_start(&c->report, &c->scratch, 1);
  c->book = book_in((sp_text){exact, (uint32_t)size}, &c->book_arena, &c->scratch, &c->report);
  codec_expect(c, "container", code, path);
  free(exact);
}

static void replace(char *text, const char *from, const char *to) {
  char *at = strstr(text, from), rest[4000];
  if (!at) abort();
  strcpy(rest, at + strlen(from));
  strcpy(at, to);
  strcat(at, rest);
}

static void a_container_is_bound_by_lengths_and_hashes(void) {
  codec *c = codec_open();
  char manifest[2000], bytes[4000];
  good_manifest(manifest);
  size_t size = make_container(bytes, manifest, "[{\"kid\":\"k\"}]");
  expect_container(c, bytes, size, SP_OK, "");
  uint8_t digest[SP_SHA256_SIZE];
  sha256((const uint8_t *)manifest, strlen(manifest), digest);
  CHECK(c->book && !memcmp(c->book->digest, digest, sizeof digest) && c->book->version == 9);
  // Cut off anywhere, or one byte changed in a part, it is not this book any more. The last part
  // is one that a file may leave out as a whole.
  size_t last = size - strlen(text_part) - 8;
  for (size_t i = 0; i < size; i++) {
    c->book_arena.used = c->scratch.used = 0;
    report_start(&c->report, &c->scratch, 1);
    bool opens = book_in((sp_text){bytes, (uint32_t)i}, &c->book_arena, &c->scratch, &c->report);
    CHECK(opens == (i == last));
  }
  size_t first = last - strlen(catalog_part) - strlen(rules_part) - 16;
  for (size_t i = first; i < size; i++) {
    bytes[i] ^= 1;
    c->book_arena.used = c->scratch.used = 0;
    report_start(&c->report, &c->scratch, 1);
    CHECK(!book_in((sp_text){bytes, (uint32_t)size}, &c->book_arena, &c->scratch, &c->report));
    sp_err err = report_first(&c->report);
    CHECK(err == SP_E_DIGEST || err == SP_E_MAGIC);
    bytes[i] ^= 1;
  }
  bytes[size] = 'x';
  expect_container(c, bytes, size + 1, SP_E_MAGIC, "");
  expect_container(c, "SPB1\x01", 5, SP_E_MAGIC, "");
  expect_container(c, "SPB2", 4, SP_E_JSON, "");
  codec_close(c);
}

static void a_manifest_is_read_strictly(void) {
  static const struct {
    const char *from, *to;
    sp_err code;
    const char *path;
  } changes[] = {
      {"\"ver\":9", "\"ver\":0", SP_E_RANGE, "/manifest/ver"},
      {"\"ver\":9", "\"ver\":9,\"ver\":9", SP_E_DUPLICATE_KEY, "/manifest/ver"},
      {"\"meaning\":1", "\"meaning\":2", SP_E_MEANING, "/manifest/meaning"},
      {"\"epoch\":2,", "", SP_E_REQUIRED, "/manifest/epoch"},
      {"\"prev\":null", "\"prev\":\"ab\"", SP_E_TYPE, "/manifest/prev"},
      {"\"name\":\"text\"", "\"name\":\"stores/a\"", SP_E_UNSUPPORTED, "/manifest/parts/2/name"},
      {"\"name\":\"text\"", "\"name\":\"stores/\"", SP_E_RANGE, "/manifest/parts/2/name"},
      {"\"name\":\"text\"", "\"name\":\"txt\"", SP_E_RANGE, "/manifest/parts/2/name"},
      {"\"name\":\"text\"", "\"name\":\"\"", SP_E_RANGE, "/manifest/parts/2/name"},
      {"\"name\":\"text\"", "\"name\":\"model\"", SP_OK, ""},
      {"\"name\":\"text\"", "\"name\":\"rules\"", SP_E_DUPLICATE_ID, "/manifest/parts/2/name"},
      {"\"name\":\"rules\"", "\"name\":\"text\"", SP_E_DUPLICATE_ID, "/manifest/parts/2/name"},
      {"\"len\":9", "\"len\":10", SP_E_DIGEST, "/manifest/parts/2/len"},
      {"\"len\":9", "\"len\":8", SP_E_DIGEST, "/manifest/parts/2/len"},
      {"member", "nobody", SP_E_RANGE, "/manifest/parts/2/audience"},
  };
  codec *c = codec_open();
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    char manifest[4000], bytes[6000];
    good_manifest(manifest);
    replace(manifest, changes[i].from, changes[i].to);
    size_t size = make_container(bytes, manifest, "[]");
    expect_container(c, bytes, size, changes[i].code, changes[i].path);
  }
  codec_close(c);
}

static void a_part_without_memory_is_named(void) {
  codec *c = codec_open();
  char manifest[2000], bytes[4000];
  good_manifest(manifest);
  size_t size = make_container(bytes, manifest, "[]");
  bool catalog = false, rules = false;
  c->book = NULL;
  for (size_t capacity = 0; !c->book && capacity < CODEC_ARENA_SIZE; capacity += 8) {
    c->scratch.capacity = capacity;
    c->book_arena.used = c->scratch.used = 0;
    report_start(&c->report, &c->scratch, 1);
    c->book = book_in((sp_text){bytes, (uint32_t)size}, &c->book_arena, &c->scratch, &c->report);
    if (c->book) break;
    CHECK_INT(report_first(&c->report), SP_E_MEMORY);
    catalog = catalog || text_equal(c->report.errors[0].path, SP_TEXT("/catalog"));
    rules = rules || text_equal(c->report.errors[0].path, SP_TEXT("/rules"));
  }
  CHECK(c->book && catalog && rules);
  codec_close(c);
}

static void a_kind_nobody_knows_is_one_error(void) {
  codec *c = codec_open();
  static const char *const kinds[] = {"'x'", "'invite'", "7"};
  for (uint32_t i = 0; i < 3; i++) {
    char members[500];
    snprintf(members, sizeof members,
             "'preset':'cn_sequential','groups':{'g':{}},'rules':[{'id':'k','kind':%s,'stage':"
             "'order'," FIVE_OFF ",'stack':{'group':'g'}},{" PROMOTION "," FIVE_OFF
             ",'stack':{'group':'g'}}]",
             kinds[i]);
    codec_read_book(c, members, SP_CHECK_MESSAGES_MAX);
    CHECK_INT(c->report.error_count, 1);
    CHECK_TEXT(c->report.errors[0].path, SP_TEXT("/rules/rules/0/kind"));
  }
  codec_close(c);
}

int main(void) {
  RUN(rules_that_may_not_stand_are_refused);
  RUN(gives_stand_only_where_they_may);
  RUN(rules_parts_that_may_not_stand_are_refused);
  RUN(catalogues_that_may_not_stand_are_refused);
  RUN(scopes_become_bits);
  RUN(bases_are_resolved_by_stage_and_policy);
  RUN(turns_go_by_stage_priority_amounts_and_id);
  RUN(exclusions_become_class_bits);
  RUN(coupons_without_a_group_stand_in_the_slots_of_the_policy);
  RUN(all_groups_that_a_book_may_have_keep_their_bits_apart);
  RUN(a_book_sells_so_many_cards);
  RUN(check_lists_everything_but_not_without_end);
  RUN(a_bad_member_is_not_missing_too);
  RUN(paths_of_earlier_errors_stay);
  RUN(warnings_do_not_refuse_a_book);
  RUN(a_container_is_bound_by_lengths_and_hashes);
  RUN(a_manifest_is_read_strictly);
  RUN(a_part_without_memory_is_named);
  RUN(a_kind_nobody_knows_is_one_error);
  return unit_end();
}
