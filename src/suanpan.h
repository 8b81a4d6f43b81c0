/* Suanpan: the pricing engine. The only public header.
 *
 * Ownership: the caller owns every arena; everything a call returns lives in the arena that was
 * passed to it, until the caller rewinds that arena. No call keeps a pointer to its request. No
 * call frees.
 *
 * Every request and reply is strict JSON in UTF-8 (src/README.md). A call that fails returns the
 * error's number and leaves {"code","path","message"} in the reply; the reply is only missing when
 * even that did not fit (E_MEMORY with reply.size 0). */
#ifndef SUANPAN_H
#define SUANPAN_H

#include "base/arena.h"
#include "base/base.h"

#define SP_VERSION "0.1.0"

typedef struct sp_book sp_book;   /* model/book.h; opaque to callers */
typedef struct sp_model sp_model; /* model/recommend.h; opaque too */
typedef struct sp_past sp_past;   /* the same */

/* A plain JSON book, unsigned: for development. book_arena keeps the book; scratch may be rewound
 * after. Reply: {"digest","version","shop"}. */
sp_err suanpan_book_load(sp_arena *book_arena, sp_arena *scratch, sp_text json, const sp_book **out,
                         sp_text *reply);

/* An SPB1 container: lengths and hashes are checked, signatures are not. */
sp_err suanpan_book_open(sp_arena *book_arena, sp_arena *scratch, sp_text bytes,
                         const sp_book **out, sp_text *reply);

/* The same in steps that are short: a call does the next one, the first on `*steps` NULL. As long
 * as more are to come the reply is {"more":true}, and bytes and both arenas stay as they are; the
 * last one makes `*steps` NULL and answers as suanpan_book_open does. */
typedef struct sp_book_steps sp_book_steps;
sp_err suanpan_book_step(sp_book_steps **steps, sp_arena *book_arena, sp_arena *scratch,
                         sp_text bytes, const sp_book **out, sp_text *reply);

/* Every error and warning of a book (JSON or SPB1): {"ok","errors":[...],"warnings":[...]}. */
sp_err suanpan_book_check(sp_arena *scratch, sp_text bytes, sp_text *reply);

/* Request to receipt. */
sp_err suanpan_quote(const sp_book *book, sp_arena *scratch, sp_text request, sp_text *reply);

/* Request to {"receipt","explain":[...]}. */
sp_err suanpan_explain(const sp_book *book, sp_arena *scratch, sp_text request, sp_text *reply);

/* Cards of a shelf to what they cost with everything the shopper may use. */
sp_err suanpan_estimate(const sp_book *book, sp_arena *scratch, sp_text request, sp_text *reply);

/* {"amount","weights","caps"?,"mode"} to {"parts"}. */
sp_err suanpan_share(sp_arena *scratch, sp_text request, sp_text *reply);

/* {"order","done"?,"refund","points_rate"?} to what goes back. */
sp_err suanpan_refund(sp_arena *scratch, sp_text request, sp_text *reply);

/* ---- what knows keys: src/sync/README.md ----
 *
 * Requests that carry bytes or foreign text are [u32 LE size of the JSON][JSON][blob]. Scratch may
 * keep secrets afterwards; its owner wipes it. */

/* {"shop","trusted"} and an SPR1 file to {"expires","root","v"}. */
sp_err suanpan_root_verify(sp_arena *scratch, sp_text request, sp_text *reply);

/* {"checkpoint"?,"hashes","now","root","shop"} and an SPB1 file to
 * {"checkpoint","digest","expires","manifest"}. */
sp_err suanpan_book_verify(sp_arena *scratch, sp_text request, sp_text *reply);

/* 64 random bytes to {"pub","secret"}. */
sp_err suanpan_enroll_begin(sp_arena *scratch, sp_text entropy, sp_text *reply);

/* {"app","nonce","reply","root","secret","shop","wxk"?,"wxk_ver"} to
 * {"dev","epoch","keys","member","transcript"}. */
sp_err suanpan_enroll_finish(sp_arena *scratch, sp_text request, sp_text *reply);

/* {"keys","request"} to {"body","head"}. */
sp_err suanpan_sync_seal(sp_arena *scratch, sp_text request, sp_text *reply);

/* {"keys","nonce"} and the body of a reply to its J0. */
sp_err suanpan_sync_open(sp_arena *scratch, sp_text request, sp_text *reply);

/* {"purpose","root","shop"} and a signed note to its J0. */
sp_err suanpan_note_open(sp_arena *scratch, sp_text request, sp_text *reply);

/* {"keys","name"} and a text to the record, and back. */
sp_err suanpan_record_seal(sp_arena *scratch, sp_text request, sp_text *reply);
sp_err suanpan_record_open(sp_arena *scratch, sp_text request, sp_text *reply);
/* Bytes of a model of recommendations, for the book that is loaded or for none. model_arena keeps
 * it. Reply: {"items","weights","day"}. */
sp_err suanpan_model_load(const sp_book *book, sp_arena *model_arena, sp_arena *scratch,
                          sp_text bytes, const sp_model **out, sp_text *reply);

/* What arena that model needs, at most; what a history of the model needs. */
size_t suanpan_model_room(const sp_book *book, sp_text bytes);
size_t suanpan_history_room(const sp_model *model);

/* A member's own orders, spread over the model once. Reply: {"orders","segment"}. */
sp_err suanpan_history(const sp_model *model, sp_arena *history_arena, sp_arena *scratch,
                       sp_text request, const sp_past **out, sp_text *reply);

/* What to show next: {"items":[{"sku","why","score"}],"segment"}. book, history: NULL for none. */
sp_err suanpan_recommend(const sp_model *model, const sp_book *book, const sp_past *history,
                         sp_arena *scratch, sp_text request, sp_text *reply);

/* What to add to a cart so that it gains most: {"payable","saved","singles","pairs","exact",
 * "priced","state"}; a state that is not null goes into the next request. model: NULL for none. */
sp_err suanpan_top_up(const sp_book *book, const sp_model *model, const sp_past *history,
                      sp_arena *scratch, sp_text request, sp_text *reply);

/* Version, meaning and the numbers of the errors. */
sp_err suanpan_info(sp_arena *scratch, sp_text *reply);

/* All codes with their texts in both languages, for code generation. Not in the module. */
sp_err suanpan_codes(sp_arena *scratch, sp_text *reply);

#endif
