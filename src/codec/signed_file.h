/* Signed files, roots and books: sync/README.md, sections 2 and 3. Lengths are checked here and
 * nothing else is believed. */
#ifndef SP_CODEC_SIGNED_FILE_H
#define SP_CODEC_SIGNED_FILE_H

#include "codec/json_in.h"
#include "sync/root.h"

/* Pieces of the file's bytes. */
typedef struct {
  sp_text payload, signatures;
  sp_text parts; /* what is behind: part_cut takes one after the other */
} signed_file;

/* magic: four characters. False when a length goes past the end, or parts do not rise. */
bool signed_file_cut(sp_text bytes, const char *magic, signed_file *out);

/* Takes a part off the front. */
bool part_cut(sp_text *parts, uint32_t *index, sp_text *part);

/* Cuts a u32 LE length and so many bytes off the front. */
bool cut_counted(sp_text *bytes, sp_text *out);

/* False with a reason in the report. */
bool signatures_in(sp_text j0, sp_arena *scratch, sp_report *report, sync_signatures *out);

/* The tree of text that must be J0, NULL with a reason in the report; json_parse says how it is
 * freed. */
cJSON *j0_parse(sp_text text, const char *base, sp_arena *scratch, sp_report *report);

/* Bytes in lower-case hex, or in base64url, of exactly that size. */
bool hex_read(sp_text text, uint8_t *out, uint32_t size);
bool base64url_of_size(sp_text text, uint8_t *out, uint32_t size);

#endif
