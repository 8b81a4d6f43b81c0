/* A book's JSON to sp_book: src/README.md §1. Every check of a book is here; the engine trusts its
 * result. */
#ifndef SP_CODEC_BOOK_IN_H
#define SP_CODEC_BOOK_IN_H

#include "base/arena.h"
#include "codec/report.h"
#include "model/book.h"

/* Bytes of a book, JSON or SPB1. The book lives in book_arena; what is in scratch may go
 * afterwards, but for the report. Good when the report has no error. */
const sp_book *book_in(sp_text bytes, sp_arena *book_arena, sp_arena *scratch, sp_report *report);

/* The same of JSON alone. */
const sp_book *book_json_in(sp_text bytes, sp_arena *book_arena, sp_arena *scratch,
                            sp_report *report);

/* A published book in steps, of which none takes long. What it needs between them is in both
 * arenas, so nothing of them may go; bytes and report stay, too. NULL with a reason in the report.
 */
typedef struct book_steps book_steps;
book_steps *book_start(sp_text bytes, sp_arena *book_arena, sp_arena *scratch, sp_report *report);

/* One step; false: the end comes next, which is a step too. */
bool book_step(book_steps *steps);

/* The book, as book_in gives it. */
const sp_book *book_end(book_steps *steps);

/* Whether these bytes begin like a published book. */
bool book_is_container(sp_text bytes);

#endif
