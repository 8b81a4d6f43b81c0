/* Requests: defaults, references, limits, and the order of pins and decisions. */
#include "unit/codec.h"

#define NOW    "'now':1795147200"
#define LINE_A "{'sku':'a','qty':1}"

static codec *with_book(void) {
  codec *c = codec_open();
  const sp_book *book = codec_read_rules(
      c, "{'id':'p','kind':'promotion','stage':'order','give':{'amount_off':{'amount':1}},"
         "'stack':{'group':'g'}},"
         "{'id':'q','kind':'promotion','stage':'order','give':{'amount_off':{'amount':1}},"
         "'stack':{'group':'h'}},"
         "{'id':'auto','kind':'promotion','stage':'item','give':{'amount_off':{'amount':1}}},"
         "{'id':'k','kind':'coupon','stage':'shop_coupon','give':{'amount_off':{'amount':1}}}");
  if (!book) abort();
  return c;
}

static void a_request_gets_its_defaults(void) {
  codec *c = with_book();
  CHECK(codec_read_request(c, "{" NOW ",'lines':[" LINE_A ",{'id':'x','sku':'gone','qty':9999,"
                              "'options':[{'id':'o9','qty':99}]},{'sku':'d','qty':2,"
                              "'selected':false},{'sku':'b','qty':3,'selected':false}]}"));
  const sp_request *r = &c->request;
  CHECK(r->pay_at_s == r->now_s && r->fulfil_at_s == 1795147200);
  CHECK_INT(r->detail, SP_DETAIL_full);
  CHECK(r->tier == SP_NONE && !r->tier_id.size && !r->member_id.size && !r->points_balance);
  CHECK(!r->has_address && !r->coupon_count && !r->points_asked && !r->pick_none);
  CHECK(!r->has_coupon_pins && !r->has_decision);
  CHECK_INT(r->line_count, 4);
  CHECK_TEXT(r->lines[0].id, SP_TEXT("0"));
  CHECK_TEXT(r->lines[1].id, SP_TEXT("x"));
  CHECK_TEXT(r->lines[3].id, SP_TEXT("3"));
  CHECK_INT(r->lines[0].sku, 1);
  CHECK_INT(r->lines[0].seen_unit_fen, -1);
  CHECK_INT(r->lines[0].state, SP_LINE_priced);
  // What is gone is gone, selected or not; its options are not looked for.
  CHECK_INT(r->lines[1].state, SP_LINE_off_shelf);
  CHECK(r->lines[1].sku == SP_NONE && r->lines[1].option_count == 0);
  CHECK_INT(r->lines[2].state, SP_LINE_off_shelf);
  CHECK_INT(r->lines[3].state, SP_LINE_unselected);
  codec_close(c);
}

static void a_request_is_read_whole(void) {
  codec *c = with_book();
  CHECK(codec_read_request(
      c, "{" NOW ",'pay_at':1,'fulfil_at':253000000000,'detail':'full',"
         "'member':{'id':'m','tier':'gold','points':1000000000000},"
         "'lines':[{'sku':'c','qty':2,'options':[{'id':'o2','qty':3},{'id':'o1'}],'shop':'s1',"
         "'store':'t1','fulfilment':'pickup','seen_unit':7}," LINE_A "],'address':{'region':''},"
         "'coupons':[{'id':'c2','rule':'k','from':5,'to':6},{'id':'c1','rule':'nope'},"
         "{'id':'c0','rule':'p'}],'points':'max','pick':'none',"
         "'pins':{'coupons':['c2','c1'],'lines':{'0':'p','1':null}}}"));
  const sp_request *r = &c->request;
  CHECK(r->pay_at_s == 1 && r->fulfil_at_s == 253000000000 && r->detail == SP_DETAIL_full);
  CHECK(r->tier == 1 && r->points_balance == 1000000000000 && r->points_asked == INT64_MAX);
  CHECK(r->has_address && r->region.size == 0 && r->pick_none);
  CHECK(r->lines[0].option_count == 2 && r->lines[0].options[0].option == 1 &&
        r->lines[0].options[0].qty == 3 && r->lines[0].options[1].qty == 1);
  CHECK(r->lines[0].fulfilment == SP_PICKUP && r->lines[0].seen_unit_fen == 7);
  CHECK_TEXT(r->lines[0].store, SP_TEXT("t1"));
  CHECK(r->coupons[0].from_s == 5 && r->coupons[0].to_s == 6 && r->coupons[0].rule == 3);
  CHECK(r->coupons[1].from_s == INT64_MIN && r->coupons[1].to_s == INT64_MAX);
  // Neither an unknown rule nor a promotion is an error here, and neither is a coupon's rule.
  CHECK(r->coupons[1].rule == SP_NONE && r->coupons[2].rule == SP_NONE);
  CHECK_TEXT(r->coupons[2].rule_id, SP_TEXT("p"));
  CHECK(r->has_coupon_pins && r->coupon_pin_count == 2 && r->coupon_pins[0] == 1 &&
        r->coupon_pins[1] == 0);
  CHECK(r->line_pin_count == 2 && r->line_pins[0].line == 0 && r->line_pins[0].rule == 0 &&
        r->line_pins[1].line == 1 && r->line_pins[1].rule == SP_NONE);
  codec_close(c);
}

static void a_decision_comes_into_order(void) {
  codec *c = with_book();
  CHECK(codec_read_request(c, "{" NOW ",'lines':[" LINE_A "," LINE_A "],"
                              "'coupons':[{'id':'z','rule':'k'},{'id':'y','rule':'k'}],"
                              "'decision':{'rules':['q','auto'],'coupons':['z','y'],'lines':["
                              "{'line':'1','rule':'q'},{'line':'0','rule':'q'},"
                              "{'line':'0','rule':'p'}]}}"));
  const sp_decision *d = &c->request.decision;
  CHECK(c->request.has_decision);
  CHECK(d->rule_count == 2 && d->rules[0] == 2 && d->rules[1] == 1);
  CHECK(d->coupon_count == 2 && d->coupons[0] == 1 && d->coupons[1] == 0);
  CHECK(d->line_count == 3 && d->lines[0].line == 0 && d->lines[0].rule == 0 &&
        d->lines[1].line == 0 && d->lines[1].rule == 1 && d->lines[2].line == 1);
  codec_close(c);
}

typedef struct {
  const char *text;
  sp_err code;
  const char *path;
} refusal;

static void what_does_not_fit_is_refused_at_its_place(void) {
  static const refusal refusals[] = {
      {"[]", SP_E_TYPE, ""},
      {"{'lines':[]}", SP_E_REQUIRED, "/now"},
      {"{" NOW "}", SP_E_REQUIRED, "/lines"},
      {"{" NOW ",'lines':[]}", SP_OK, ""},
      {"{'now':-1,'lines':[]}", SP_E_RANGE, "/now"},
      {"{'now':253000000001,'lines':[]}", SP_E_RANGE, "/now"},
      {"{'now':'1','lines':[]}", SP_E_TYPE, "/now"},
      {"{" NOW ",'lines':[],'alive':{}}", SP_E_FIELD, "/alive"},
      {"{" NOW ",'lines':[],'detail':'all'}", SP_E_RANGE, "/detail"},
      {"{" NOW ",'lines':[],'member':{'tier':'iron'}}", SP_E_REFERENCE, "/member/tier"},
      {"{" NOW ",'lines':[],'member':{'points':-1}}", SP_E_RANGE, "/member/points"},
      {"{" NOW ",'lines':[],'member':{'id':''}}", SP_E_ID, "/member/id"},
      {"{" NOW ",'lines':[],'points':'all'}", SP_E_TYPE, "/points"},
      {"{" NOW ",'lines':[],'points':-1}", SP_E_RANGE, "/points"},
      {"{" NOW ",'lines':[],'address':{}}", SP_E_REQUIRED, "/address/region"},
      {"{" NOW ",'lines':[1]}", SP_E_TYPE, "/lines/0"},
      {"{" NOW ",'lines':[{'qty':1}]}", SP_E_REQUIRED, "/lines/0/sku"},
      {"{" NOW ",'lines':[{'sku':'a'}]}", SP_E_REQUIRED, "/lines/0/qty"},
      {"{" NOW ",'lines':[{'sku':'a','qty':0}]}", SP_E_RANGE, "/lines/0/qty"},
      {"{" NOW ",'lines':[{'sku':'a','qty':10000}]}", SP_E_RANGE, "/lines/0/qty"},
      {"{" NOW ",'lines':[{'sku':'a','qty':1,'selected':1}]}", SP_E_TYPE, "/lines/0/selected"},
      {"{" NOW ",'lines':[{'sku':'a','qty':1,'shop':''}]}", SP_E_ID, "/lines/0/shop"},
      {"{" NOW ",'lines':[" LINE_A ",{'id':'0','sku':'a','qty':1}]}", SP_E_DUPLICATE_ID,
       "/lines/1/id"},
      {"{" NOW ",'lines':[{'id':'1','sku':'a','qty':1}," LINE_A "]}", SP_E_DUPLICATE_ID,
       "/lines/1/id"},
      {"{" NOW ",'lines':[{'sku':'c','qty':1,'options':[{'id':'o2'},{'id':'o2'}]}]}",
       SP_E_DUPLICATE_ID, "/lines/0/options/1/id"},
      {"{" NOW ",'lines':[{'sku':'c','qty':1,'options':[{'id':'o2','qty':100}]}]}", SP_E_RANGE,
       "/lines/0/options/0/qty"},
      {"{" NOW ",'lines':[{'sku':'gone','qty':1,'options':[{'id':'o2','qty':100}]}]}", SP_E_RANGE,
       "/lines/0/options/0/qty"},
      {"{" NOW ",'lines':[],'coupons':[{'id':'c','rule':'k'},{'id':'c','rule':'k'}]}",
       SP_E_DUPLICATE_ID, "/coupons/1/id"},
      {"{" NOW ",'lines':[],'coupons':[{'id':'c'}]}", SP_E_REQUIRED, "/coupons/0/rule"},
      {"{" NOW ",'lines':[],'pick':'worst'}", SP_E_RANGE, "/pick"},
      {"{" NOW ",'lines':[],'pins':{'coupons':['c']}}", SP_E_REFERENCE, "/pins/coupons/0"},
      {"{" NOW ",'lines':[],'coupons':[{'id':'c','rule':'k'}],'pins':{'coupons':['c','c']}}",
       SP_E_DUPLICATE_ID, "/pins/coupons/1"},
      {"{" NOW ",'lines':[" LINE_A "],'pins':{'lines':{'1':'p'}}}", SP_E_REFERENCE,
       "/pins/lines/1"},
      {"{" NOW ",'lines':[" LINE_A "],'pins':{'lines':{'0':'auto'}}}", SP_E_REFERENCE,
       "/pins/lines/0"},
      {"{" NOW ",'lines':[" LINE_A "],'pins':{'lines':{'0':1}}}", SP_E_TYPE, "/pins/lines/0"},
      {"{" NOW ",'lines':[],'decision':{'rules':[],'lines':[]}}", SP_E_REQUIRED,
       "/decision/coupons"},
      {"{" NOW ",'lines':[],'pins':{},'decision':{'rules':[],'lines':[],'coupons':[]}}",
       SP_E_CONFLICT, "/decision"},
      {"{" NOW ",'lines':[],'decision':{'rules':['x'],'lines':[],'coupons':[]}}", SP_E_REFERENCE,
       "/decision/rules/0"},
      {"{" NOW ",'lines':[],'decision':{'rules':[],'lines':[{'line':'0','rule':'p'}],"
       "'coupons':[]}}",
       SP_E_REFERENCE, "/decision/lines/0/line"},
      {"{" NOW ",'lines':[" LINE_A "],'decision':{'rules':[],'lines':[{'line':'0','rule':'p'},"
       "{'line':'0','rule':'p'}],'coupons':[]}}",
       SP_E_DUPLICATE_ID, "/decision/lines"},
  };
  codec *c = with_book();
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    codec_read_request(c, refusals[i].text);
    codec_expect(c, refusals[i].text, refusals[i].code, refusals[i].path);
  }
  codec_close(c);
}

/* A request of so many lines or coupons. */
static void write_many(char *out, const char *before, const char *entry, int count) {
  strcpy(out, before);
  for (int i = 0; i < count; i++) {
    size_t size = strlen(out);
    size += (size_t)sprintf(out + size, "%s", i ? "," : "");
    sprintf(out + size, entry, i);
  }
  strcat(out, "]}");
}

static void limits_hold_to_the_one(void) {
  codec *c = with_book();
  static char text[1 << 15];
  write_many(text, "{" NOW ",'lines':[", "{'sku':'a','qty':%d}", 0);
  write_many(text, "{" NOW ",'lines':[", "{'id':'l%d','sku':'a','qty':1}", SP_LINES_MAX);
  CHECK(codec_read_request(c, text));
  write_many(text, "{" NOW ",'lines':[", "{'id':'l%d','sku':'a','qty':1}", SP_LINES_MAX + 1);
  CHECK(!codec_read_request(c, text));
  codec_expect(c, "lines", SP_E_LIMIT, "/lines");
  write_many(text, "{" NOW ",'lines':[],'coupons':[", "{'id':'c%d','rule':'k'}", SP_COUPONS_MAX);
  CHECK(codec_read_request(c, text));
  write_many(text, "{" NOW ",'lines':[],'coupons':[", "{'id':'c%d','rule':'k'}",
             SP_COUPONS_MAX + 1);
  CHECK(!codec_read_request(c, text));
  codec_expect(c, "coupons", SP_E_LIMIT, "/coupons");
  codec_close(c);
}

int main(void) {
  RUN(a_request_gets_its_defaults);
  RUN(a_request_is_read_whole);
  RUN(a_decision_comes_into_order);
  RUN(what_does_not_fit_is_refused_at_its_place);
  RUN(limits_hold_to_the_one);
  return unit_end();
}
