/* Memory that runs out: whichever allocation of a verb fails, the answer is E_MEMORY or, where even
 * the error has no room, no answer at all; and with memory again it is what it always was. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "suanpan.h"
#include "unit/unit.h"

#define ROOM ((size_t)16 << 20)

/* An arena that asks for every allocation, so that each of them can be refused. */
static int64_t asked, refused;
static bool refuses_all;

static bool count_and_grow(sp_arena *arena, size_t size) {
  asked++;
  if (refuses_all ? asked >= refused : asked == refused) return false;
  if (size > ROOM - arena->capacity) abort();
  arena->capacity += size;
  return true;
}

static sp_arena book_arena, scratch;
static const sp_book *book;

static void begin(sp_arena *arena, size_t used) {
  arena->used = arena->capacity = used;
}

static sp_text json(const char *single_quoted) {
  static char text[1 << 14];
  size_t i = 0;
  for (; single_quoted[i]; i++)
    text[i] = single_quoted[i] == '\'' ? '"' : single_quoted[i];
  text[i] = 0;
  return (sp_text){text, (uint32_t)i};
}

#define CATALOG                                                                                    \
  "{'skus':[{'id':'tea','price':1000,'tags':['hot'],'spu':'p','options':['o'],'floor':100,"        \
  "'tax_bp':600},{'id':'mug','price':9000,'weight_g':300},{'id':'gift','price':500},"              \
  "{'id':'bag','price':2000}],'options':[{'id':'o','price':200}],"                                 \
  "'stores':[{'id':'east','tags':['t'],'prices':{'tea':900},'off_shelf':['bag']}]}"
#define RULES                                                                                      \
  "{'preset':'cn_sequential','tiers':['gold'],'policy':{'coupons_cover_freight':true},"            \
  "'groups':{'line':{'excludes':['cups']},'piece':{'pieces':'once_piece'},"                        \
  "'any':{'pieces':'shared','max':2,'max_per':'order'},'cups':{'max':2,'max_per':'order'}},"       \
  "'freight':{'templates':[{'id':'f','by':'weight','regions':[{'first':1,'first_fee':800,"         \
  "'codes':['31']}]}],'default':'f','free':{'gte':50000}},"                                        \
  "'fees':[{'id':'box','amount':100,'per':'piece','scope':{'tags':['hot']}}],"                     \
  "'points':{'num':1,'den':100,'scope':{'tags':['hot']},'earn':{'num':1,'den':100,"                \
  "'by_tier':{'gold':12000},'by_tag':{'hot':11000},'campaigns':[{'window':{},'bp':11000}]},"       \
  "'mall':{'tea':{'points':5}}},'growth':{'num':1,'den':100,'levels':[100]},"                      \
  "'min_order':{'amount':1},'rules':["                                                             \
  "{'id':'u','kind':'timed','stage':'unit','window':{'daily':[['08:00','07:00']]},"                \
  "'when':{'qty_gte':1},'give':{'unit_price':{'prices':{'tea':950},'max_units':1}}},"              \
  "{'id':'l1','kind':'promotion','stage':'item','give':{'percent_off':{'bp':500,'per':'line'}},"   \
  "'stack':{'group':'line'}},{'id':'l2','kind':'promotion','stage':'item',"                        \
  "'give':{'amount_off':{'amount':60}},'stack':{'group':'line'},'filter':{'skus':['tea']}},"       \
  "{'id':'p1','kind':'promotion','stage':'order','when':{'qty_gte':2,'any':[{'kinds_gte':1},"      \
  "{'contains':{'scope':{'tags':['hot']}}}]},'give':{'amount_off':{'amount':50}},"                 \
  "'stack':{'group':'piece'}},{'id':'p2','kind':'promotion','stage':'order','give':"               \
  "{'nth_item':{'pay_bp':[10000,9000],'order':'price_desc','repeat':true,'beyond_bp':10000}},"     \
  "'stack':{'group':'piece'}},{'id':'set','kind':'promotion','stage':'order','give':"              \
  "{'bundle':{'needs':[{'scope':{'skus':['tea']},'qty':1},{'scope':{'skus':['mug']},'qty':1}],"    \
  "'off':30}},'stack':{'group':'any'}},{'id':'tiers','kind':'promotion','stage':'order','give':"   \
  "{'tiers':{'by':'amount','tiers':[{'gte':100,'give':{'amount_off':{'amount':20}}}]}},"           \
  "'stack':{'group':'any'},'funded_by':[{'party':'a','bp':5000},{'party':'b','bp':5000}]},"        \
  "{'id':'add','kind':'promotion','stage':'order','give':{'add_on':{'options':[{'sku':'bag',"      \
  "'price':1500}]}}},{'id':'gift','kind':'promotion','stage':'order','for':{'tiers':['gold']},"    \
  "'give':[{'gift':{'options':[{'sku':'gift'}]}},{'free_freight':{}}]},"                           \
  "{'id':'c','kind':'coupon','stage':'shop_coupon','give':{'amount_off':{'amount':70}}},"          \
  "{'id':'cup','kind':'coupon','stage':'shop_coupon','give':{'percent_off':{'bp':1000,"            \
  "'per':'piece'}},'stack':{'group':'cups'}},"                                                     \
  "{'id':'r','kind':'promotion','stage':'reward','give':[{'grant_coupon':{'rule':'c'}},"           \
  "{'growth':{'n':3}},{'commission':{'levels':[100]}}],'limit':{'per_member':9},"                  \
  "'scope':{'stores':['east'],'store_tags':['t'],'channels':['x'],'order_types':['normal']}}]}"
#define BOOK                                                                                       \
  "{'suanpan_book':1,'shop':'s','version':1,'meaning':1,'catalog':" CATALOG ",'rules':" RULES "}"
#define SHOPPER                                                                                    \
  "'now':1795147200,'channel':'x','member':{'id':'m','tier':'gold','tags':['t'],'bought':['tea']," \
  "'lots':[{'id':'a','points':500}],'usage':{'r':{'times':1}}},'tender':{'gift_card':100},"        \
  "'live':{'stock':{'gift':1},'left':{'u':3}},'promoters':['k'],"                                  \
  "'coupons':[{'id':'c1','rule':'c'},{'id':'w1','rule':'cup'},{'id':'w2','rule':'cup'}]"
#define LINES                                                                                      \
  "[{'sku':'tea','qty':2,'store':'east','options':[{'id':'o'}]},{'sku':'mug','qty':2},"            \
  "{'sku':'bag','qty':1,'add_on':'add'}]"
static const char quote_text[] =
    "{" SHOPPER ",'lines':" LINES ",'address':{'region':'3100'},'points':'max','pay_options':true,"
    "'pins':{'lines':{'0':'l1'},'gifts':{'gift':'gift'}},'compare_best':true}";
static const char estimate_text[] =
    "{" SHOPPER ",'cart':" LINES ",'skus':[{'sku':'tea','qty':3},{'spu':'p'}]}";
static const char decision_text[] =
    "{" SHOPPER ",'lines':" LINES ",'decision':{'rules':[],'lines':[{'line':'0','rule':'l1'}],"
    "'coupons':['c1'],'pieces':[{'line':'1','rule':'p1','qty':2}]}}";
static const char refund_text[] =
    "{'order':{'lines':[{'id':'a','segments':[{'qty':2,'list':2000,'paid':1500,'points_cut':100,"
    "'points':10},{'qty':1,'list':1000,'paid':900}],'earned':5}],'freight':300,'points':{'used':10,"
    "'cut':100,'lots':[{'id':'x','used':10}]},'tender':{'cash':2700},'coupons':[{'id':'c',"
    "'segments':[['a',0]]}],'gifts':[{'rule':'g','sku':'s','qty':1,'value':50,'when':{'gte':100,"
    "'lines':['a']}}]},'done':[{'lines':[{'id':'a','qty':1}]}],'refund':{'lines':[{'id':'a','qty':"
    "1}]}}";

static sp_err load(sp_text *reply) {
  return suanpan_book_load(&book_arena, &scratch, json(BOOK), &book, reply);
}
static sp_err check(sp_text *reply) {
  return suanpan_book_check(&scratch, json(BOOK), reply);
}
static sp_err price(sp_text *reply) {
  return suanpan_quote(book, &scratch, json(quote_text), reply);
}
static sp_err reprice(sp_text *reply) {
  return suanpan_quote(book, &scratch, json(decision_text), reply);
}
static sp_err explain(sp_text *reply) {
  return suanpan_explain(book, &scratch, json(decision_text), reply);
}
static sp_err shelf(sp_text *reply) {
  return suanpan_estimate(book, &scratch, json(estimate_text), reply);
}
static sp_err give_back(sp_text *reply) {
  return suanpan_refund(&scratch, json(refund_text), reply);
}
static sp_err split(sp_text *reply) {
  return suanpan_share(&scratch, json("{'amount':100,'weights':[1,2],'caps':[60,60]}"), reply);
}
static sp_err info(sp_text *reply) {
  return suanpan_info(&scratch, reply);
}
static sp_err codes(sp_text *reply) {
  return suanpan_codes(&scratch, reply);
}

/* ---- the published form of the book ---- */

static size_t put_size(char *at, size_t size) {
  for (int i = 0; i < 4; i++)
    at[i] = (char)(size >> (8 * i));
  return 4;
}

static size_t put_part(char *manifest, const char *name, sp_text part) {
  uint8_t digest[SP_SHA256_SIZE];
  char hex[2 * SP_SHA256_SIZE + 1];
  sha256((const uint8_t *)part.ptr, part.size, digest);
  for (int i = 0; i < SP_SHA256_SIZE; i++)
    sprintf(hex + 2 * i, "%02x", digest[i]);
  return (size_t)sprintf(manifest,
                         "{\"name\":\"%s\",\"sha256\":\"%s\",\"len\":%u,\"audience\":\"public\"}",
                         name, hex, part.size);
}

static sp_err open_published(sp_text *reply) {
  static char bytes[1 << 15], manifest[2000];
  size_t size = (size_t)sprintf(
      manifest,
      "{\"shop\":\"s\",\"epoch\":1,\"ver\":1,\"meaning\":1,\"engine_min\":1,\"expires\":9,"
      "\"min_ver\":1,\"not_before\":0,\"prev\":null,\"parts\":[");
  size += put_part(manifest + size, "catalog", json(CATALOG));
  size += (size_t)sprintf(manifest + size, ",");
  size += put_part(manifest + size, "rules", json(RULES));
  size += (size_t)sprintf(manifest + size, "]}");
  size_t at = 4;
  memcpy(bytes, "SPB1", 4);
  at += put_size(bytes + at, size);
  memcpy(bytes + at, manifest, size);
  at += size;
  at += put_size(bytes + at, 2);
  memcpy(bytes + at, "[]", 2);
  at += 2;
  for (size_t i = 0; i < 2; i++) {
    sp_text part = json(i ? RULES : CATALOG);
    at += put_size(bytes + at, i);
    at += put_size(bytes + at, part.size);
    memcpy(bytes + at, part.ptr, part.size);
    at += part.size;
  }
  sp_text container = {bytes, (uint32_t)at};
  return suanpan_book_open(&book_arena, &scratch, container, &book, reply);
}

/* ---- every allocation in turn ---- */

static char good[1 << 20];

static bool says_memory(sp_text reply) {
  static const char begin[] = "{\"code\":\"E_MEMORY\"";
  return reply.size >= sizeof begin && !memcmp(reply.ptr, begin, sizeof begin - 1);
}

static void run_out(const char *name, sp_err (*verb)(sp_text *), bool makes_book) {
  sp_text reply;
  size_t book_used = makes_book ? 0 : book_arena.used;
  const sp_book *kept = book;
  refused = 0;
  asked = 0;
  begin(&book_arena, book_used);
  begin(&scratch, 0);
  sp_err err = verb(&reply);
  if (err || reply.size > sizeof good) {
    printf("  %s: %.*s\n", name, (int)reply.size, reply.ptr);
    unit_fail(__FILE__, __LINE__, "the good answer");
    return;
  }
  sp_text wanted = {good, reply.size};
  memcpy(good, reply.ptr, reply.size);
  int64_t most = asked;
  CHECK(most > 0);
  for (int all = 0; all < 2; all++) {
    refuses_all = all;
    for (refused = 1; refused <= most; refused++) {
      begin(&book_arena, book_used);
      begin(&scratch, 0);
      asked = 0;
      reply = (sp_text){NULL, 0};
      err = verb(&reply);
      if (err == SP_E_MEMORY && (!reply.size || says_memory(reply))) continue;
      printf("  %s, allocation %d of %d: %d %.*s\n", name, (int)refused, (int)most, err,
             (int)reply.size, reply.ptr ? reply.ptr : "");
      unit_fail(__FILE__, __LINE__, "E_MEMORY");
      break;
    }
  }
  refused = 0;
  refuses_all = false;
  asked = 0;
  begin(&book_arena, book_used);
  begin(&scratch, 0);
  book = kept;
  err = verb(&reply);
  CHECK(!err && reply.size == wanted.size && !memcmp(reply.ptr, wanted.ptr, wanted.size));
}

static void every_verb_says_that_memory_ran_out(void) {
  book_arena = (sp_arena){.base = malloc(ROOM), .grow = count_and_grow};
  scratch = (sp_arena){.base = malloc(ROOM), .grow = count_and_grow};
  if (!book_arena.base || !scratch.base) abort();
  run_out("book_open", open_published, true);
  run_out("book_load", load, true);
  run_out("book_check", check, false);
  run_out("quote", price, false);
  run_out("quote with a decision", reprice, false);
  run_out("explain", explain, false);
  run_out("estimate", shelf, false);
  run_out("refund", give_back, false);
  run_out("share", split, false);
  run_out("info", info, false);
  run_out("codes", codes, false);
  free(book_arena.base);
  free(scratch.base);
}

int main(void) {
  RUN(every_verb_says_that_memory_ran_out);
  return unit_end();
}
