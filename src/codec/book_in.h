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

/* Whether these bytes begin like a published book. */
bool book_is_container(sp_text bytes);

#endif
