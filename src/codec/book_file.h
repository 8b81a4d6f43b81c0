/* The container SPB1 of a published book: src/README.md §1. Lengths and hashes are checked here;
 * who signed it is not, that is the business of whoever opens it. */
#ifndef SP_CODEC_BOOK_FILE_H
#define SP_CODEC_BOOK_FILE_H

#include "codec/manifest_in.h"

typedef struct {
  sp_text bytes; /* of the manifest; the book's digest is taken of them */
  book_manifest manifest;
  parts_hash hash; /* to be gone on with until all are checked */
  sp_text catalog, rules; /* bytes of the parts; text is bound by hash and not read */
} book_file;

/* Reads the manifest and cuts the parts; false with a reason in the report. What `out` names lives
 * in bytes and in scratch. */
bool book_file_in(sp_text bytes, sp_arena *scratch, sp_report *report, book_file *out);

/* Once the hashes are checked: what a book must have, and what it must not. */
bool book_file_parts(sp_report *report, book_file *file);

#endif
