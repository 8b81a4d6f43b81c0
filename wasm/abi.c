/* The boundary between the module and its host; wasm/README.md is its manual.
 *
 * Memory above the static data: book | model | history | request | scratch and reply. A request is
 * written behind what is kept, a verb works behind the request, and the next request rewinds all of
 * it: there is no other free. Only here are there globals: one instance holds one book. */
#include <string.h>

#include "heap.h"
#include "suanpan.h"
#include "sync/secret.h"

uint8_t *sp_request(uint32_t size);
const char *sp_reply(void);
uint32_t sp_reply_size(void);
int32_t sp_book_load(uint32_t size);
int32_t sp_book_open(uint32_t size);
int32_t sp_book_step(uint32_t size);
int32_t sp_quote(uint32_t size);
int32_t sp_explain(uint32_t size);
int32_t sp_estimate(uint32_t size);
int32_t sp_check(uint32_t size);
int32_t sp_share(uint32_t size);
int32_t sp_refund(uint32_t size);
int32_t sp_model_load(uint32_t size);
int32_t sp_history(uint32_t size);
int32_t sp_recommend(uint32_t size);
int32_t sp_top_up(uint32_t size);
int32_t sp_info(uint32_t size);
int32_t sp_root_verify(uint32_t size);
int32_t sp_book_verify(uint32_t size);
int32_t sp_note_open(uint32_t size);
int32_t sp_enroll_begin(uint32_t size);
int32_t sp_enroll_finish(uint32_t size);
int32_t sp_sync_seal(uint32_t size);
int32_t sp_sync_open(uint32_t size);
int32_t sp_record_seal(uint32_t size);
int32_t sp_record_open(uint32_t size);

/* What stays between calls, each behind the one before, which it is made for. */
typedef enum { KEPT_book, KEPT_model, KEPT_history, KEPT_COUNT } kept_kind;
static struct {
  const void *what; /* NULL: nothing */
  uint8_t *start, *end;
} kept[KEPT_COUNT];
/* A book that comes in steps: scratch as the last one left it, and where the book will be. */
static struct {
  sp_book_steps *steps; /* NULL: none comes */
  sp_arena scratch, memory;
} coming;
static uint32_t request_size;
static sp_arena scratch;
static sp_text reply;

static const sp_book *book(void) {
  return kept[KEPT_book].what;
}

static const sp_model *model(void) {
  return kept[KEPT_model].what;
}

static const sp_past *history(void) {
  return kept[KEPT_history].what;
}

/* Behind everything that is kept before it. */
static uint8_t *start_of(kept_kind kind) {
  while (kind-- > 0) {
    if (kept[kind].what) return kept[kind].end;
  }
  return heap_start();
}

static uint8_t *align(uint8_t *at) {
  return (uint8_t *)(((uintptr_t)at + 15) & ~(uintptr_t)15);
}

/* Behind a book that is coming, too. */
static uint8_t *request_start(void) {
  const sp_arena *last = &coming.scratch;
  return coming.steps ? align(last->base + last->used) : start_of(KEPT_COUNT);
}

static bool grow(sp_arena *arena, size_t size) {
  uintptr_t end = (uintptr_t)arena->base + arena->capacity;
  if (end + size < end || !heap_reach(end + size)) return false;
  // All that is there, so that the next allocations need no call.
  arena->capacity = heap_end() - (uintptr_t)arena->base;
  return true;
}

/* Everything from `base` on is scratch. */
static void scratch_from(uint8_t *base) {
  scratch = (sp_arena){align(base), 0, 0, grow};
}

uint8_t *sp_request(uint32_t size) {
  uint8_t *start = request_start();
  uintptr_t end = (uintptr_t)start + size;
  request_size = 0;
  if (end < size || !heap_reach(end)) return NULL;
  request_size = size;
  return start;
}

const char *sp_reply(void) {
  return reply.ptr;
}

uint32_t sp_reply_size(void) {
  return reply.size;
}

/* Sets up scratch behind the request. A host that says more than it asked room for would make us
 * read what is not its request. */
static sp_text begin(uint32_t size) {
  uint8_t *start = request_start();
  if (size > request_size) size = request_size;
  scratch_from(start + size);
  return (sp_text){(const char *)start, size};
}

static int32_t answer(sp_err err) {
  return err ? -(int32_t)err : (int32_t)reply.size;
}

/* ---- what is kept ---- */

/* Reads a text into an arena, for what is kept already. */
typedef sp_err reader(sp_arena *, sp_text, const void **);

/* What was made for the one before goes with it. */
static void keep_what(kept_kind kind, const void *what, const sp_arena *memory) {
  memset(kept + kind, 0, (KEPT_COUNT - kind) * sizeof *kept);
  kept[kind].what = what;
  kept[kind].start = memory->base;
  kept[kind].end = align(memory->base + memory->used);
}

static void scratch_behind(sp_text text) {
  scratch_from((uint8_t *)(uintptr_t)text.ptr + text.size);
}

/* Reads the text into memory at `start`; scratch lies behind the text. */
static sp_err keep_at(kept_kind kind, uint8_t *start, size_t room, sp_text text, reader *read) {
  sp_arena memory = {start, 0, room, NULL};
  const void *loaded = NULL;
  scratch_behind(text);
  sp_err err = read(&memory, text, &loaded);
  if (!err) keep_what(kind, loaded, &memory);
  return err;
}

/* What may lie idle below something that is kept, because it replaced another. */
enum { idle_max = 1 << 20 };

/* What replaces another is read below it where enough lies idle there, else behind it, where the
 * text moves to leave room; the old one stays until the new one is known to be good. A book that
 * was coming is given up. */
static uint8_t *make_room(kept_kind kind, sp_text *text, size_t *room, bool fits) {
  uint8_t *start = start_of(KEPT_COUNT), *first = start_of(kind);
  coming.steps = NULL;
  if (fits && kept[kind].what && (size_t)(kept[kind].start - first) >= *room) return first;
  if (fits && heap_reach((uintptr_t)start + *room + text->size)) {
    text->ptr = memmove(start + *room, text->ptr, text->size);
  } else {
    // Too large either way: the reader says so, or finds no memory.
    *room = 0;
  }
  return start;
}

/* When too much would lie idle it is read again where the first one stood, which then cannot fail:
 * the same bytes, and memory that is there already. */
static int32_t keep(kept_kind kind, sp_text text, size_t room, bool fits, reader *read) {
  uint8_t *start = make_room(kind, &text, &room, fits), *first = start_of(kind);
  sp_err err = keep_at(kind, start, room, text, read);
  if (!err && start - first > idle_max) {
    err = keep_at(kind, first, room, text, read);
    SP_CHECK(!err);
  }
  return answer(err);
}

/* No book takes more than this in linear memory: the densest JSON, a list of gives such as
 * {"points":{"n":1}}, makes 7 bytes out of one, and scopes have one bit for each SKU, at most
 * SP_RULES_MAX + SP_FEES_MAX + 1 times. If this were ever wrong, the answer would be E_MEMORY. */
static size_t book_size_max(uint32_t json_size) {
  const size_t bytes_per_byte = 8, scopes = 256 * 1024;
  return json_size * bytes_per_byte + scopes;
}

static sp_err read_json(sp_arena *memory, sp_text text, const void **out) {
  const sp_book *loaded;
  sp_err err = suanpan_book_load(memory, &scratch, text, &loaded, &reply);
  if (!err) *out = loaded;
  return err;
}

static sp_err read_container(sp_arena *memory, sp_text text, const void **out) {
  const sp_book *loaded;
  sp_err err = suanpan_book_open(memory, &scratch, text, &loaded, &reply);
  if (!err) *out = loaded;
  return err;
}

static int32_t load(uint32_t size, reader *read) {
  sp_text text = begin(size);
  return keep(KEPT_book, text, book_size_max(text.size), text.size <= SP_BOOK_BYTES_MAX, read);
}

int32_t sp_book_load(uint32_t size) {
  return load(size, read_json);
}

int32_t sp_book_open(uint32_t size) {
  return load(size, read_container);
}

/* The bytes of a book with the first call, nothing with the others. One that came in steps is not
 * read again: what lies idle below is for the one after it, as soon as it is enough. */
int32_t sp_book_step(uint32_t size) {
  const sp_book *loaded = NULL;
  sp_text text = begin(size);
  if (text.size) {
    size_t room = book_size_max(text.size);
    uint8_t *start = make_room(KEPT_book, &text, &room, text.size <= SP_BOOK_BYTES_MAX);
    coming.memory = (sp_arena){start, 0, room, NULL};
    scratch_behind(text);
  } else if (coming.steps) {
    scratch = coming.scratch;
  }
  sp_err err = suanpan_book_step(&coming.steps, &coming.memory, &scratch, text, &loaded, &reply);
  coming.scratch = scratch;
  if (loaded) keep_what(KEPT_book, loaded, &coming.memory);
  return answer(err);
}

static sp_err read_model(sp_arena *memory, sp_text text, const void **out) {
  const sp_model *loaded;
  sp_err err = suanpan_model_load(book(), memory, &scratch, text, &loaded, &reply);
  if (!err) *out = loaded;
  return err;
}

int32_t sp_model_load(uint32_t size) {
  sp_text bytes = begin(size);
  return keep(KEPT_model, bytes, suanpan_model_room(book(), bytes), true, read_model);
}

static sp_err read_history(sp_arena *memory, sp_text text, const void **out) {
  const sp_past *loaded;
  sp_err err = suanpan_history(model(), memory, &scratch, text, &loaded, &reply);
  if (!err) *out = loaded;
  return err;
}

int32_t sp_history(uint32_t size) {
  sp_text request = begin(size);
  return keep(KEPT_history, request, suanpan_history_room(model()), true, read_history);
}

/* ---- the other verbs ---- */

int32_t sp_quote(uint32_t size) {
  sp_text request = begin(size);
  return answer(suanpan_quote(book(), &scratch, request, &reply));
}

int32_t sp_explain(uint32_t size) {
  sp_text request = begin(size);
  return answer(suanpan_explain(book(), &scratch, request, &reply));
}

int32_t sp_estimate(uint32_t size) {
  sp_text request = begin(size);
  return answer(suanpan_estimate(book(), &scratch, request, &reply));
}

int32_t sp_check(uint32_t size) {
  sp_text bytes = begin(size);
  return answer(suanpan_book_check(&scratch, bytes, &reply));
}

int32_t sp_share(uint32_t size) {
  sp_text request = begin(size);
  return answer(suanpan_share(&scratch, request, &reply));
}

int32_t sp_refund(uint32_t size) {
  sp_text request = begin(size);
  return answer(suanpan_refund(&scratch, request, &reply));
}

int32_t sp_recommend(uint32_t size) {
  sp_text request = begin(size);
  return answer(suanpan_recommend(model(), book(), history(), &scratch, request, &reply));
}

int32_t sp_top_up(uint32_t size) {
  sp_text request = begin(size);
  return answer(suanpan_top_up(book(), model(), history(), &scratch, request, &reply));
}

int32_t sp_info(uint32_t size) {
  begin(size);
  return answer(suanpan_info(&scratch, &reply));
}

/* ---- verbs that know keys ---- */

int32_t sp_root_verify(uint32_t size) {
  sp_text request = begin(size);
  return answer(suanpan_root_verify(&scratch, request, &reply));
}

int32_t sp_book_verify(uint32_t size) {
  sp_text request = begin(size);
  return answer(suanpan_book_verify(&scratch, request, &reply));
}

int32_t sp_note_open(uint32_t size) {
  sp_text request = begin(size);
  return answer(suanpan_note_open(&scratch, request, &reply));
}

typedef sp_err keyed(sp_arena *, sp_text, sp_text *);

/* Scratch of a verb that is given secrets has an end, so that all of it can be wiped: a tree takes
 * at most 20 bytes for one of its text, which is short where there is more behind it, and the reply
 * holds the text once or twice. */
static size_t secret_room(size_t asked) {
  const size_t least = 16384, bytes_per_byte = 24;
  size_t text_size = asked < SP_REQUEST_BYTES_MAX ? asked : SP_REQUEST_BYTES_MAX;
  return least + bytes_per_byte * text_size + 2 * asked;
}

/* What functions have left below where the stack ends now. */
static __attribute__((noinline)) void wipe_stack(void) {
  uint8_t room[16384];
  secret_wipe(room, sizeof room);
}

/* Nothing of the request and of scratch stays, but for the reply, which the host wipes when it has
 * read it. */
static int32_t secretly(uint32_t size, keyed *verb) {
  sp_text request = begin(size);
  uint8_t *start = request_start();
  size_t room = secret_room(request.size);
  scratch.capacity = heap_reach((uintptr_t)scratch.base + room) ? room : 0;
  scratch.grow = NULL;
  reply = (sp_text){NULL, 0};
  int32_t status = answer(verb(&scratch, request, &reply));
  uint8_t *kept_reply = reply.ptr ? (uint8_t *)(uintptr_t)reply.ptr : start;
  uint8_t *end = scratch.base + scratch.capacity;
  secret_wipe(start, (size_t)(kept_reply - start));
  secret_wipe(kept_reply + reply.size, (size_t)(end - kept_reply) - reply.size);
  wipe_stack();
  return status;
}

int32_t sp_enroll_begin(uint32_t size) {
  return secretly(size, suanpan_enroll_begin);
}

int32_t sp_enroll_finish(uint32_t size) {
  return secretly(size, suanpan_enroll_finish);
}

int32_t sp_sync_seal(uint32_t size) {
  return secretly(size, suanpan_sync_seal);
}

int32_t sp_sync_open(uint32_t size) {
  return secretly(size, suanpan_sync_open);
}

int32_t sp_record_seal(uint32_t size) {
  return secretly(size, suanpan_record_seal);
}

int32_t sp_record_open(uint32_t size) {
  return secretly(size, suanpan_record_open);
}
