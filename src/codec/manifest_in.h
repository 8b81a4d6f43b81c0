/* A book's manifest and the parts that it binds: sync/README.md, section 3. */
#ifndef SP_CODEC_MANIFEST_IN_H
#define SP_CODEC_MANIFEST_IN_H

#include "codec/signed_file.h"
#include "sync/book_order.h"

typedef struct {
  sp_text name, sha256; /* texts of the tree */
  uint32_t audience, size;
  sp_text bytes; /* NULL: not in this file */
} manifest_part;

typedef struct {
  sp_text shop; /* lives in report->keep, as the parts do */
  int64_t meaning, min_version, expires_s;
  sync_manifest order;
  SP_ITEMS(manifest_part) parts;
} book_manifest;

/* Reads a tree; false with a reason in the report. Parts have a lawful name and stand once. */
bool manifest_in(const cJSON *tree, sp_report *report, book_manifest *out);

/* Gives the parts of a file to the manifest: their lengths, then, unless somebody else will do it,
 * their hashes. Catalogue and rules must be there. */
bool manifest_parts_in(sp_text parts, bool hashes, sp_report *report, book_manifest *manifest);

/* The part of that name, NULL when the manifest has none. */
const manifest_part *manifest_find(const book_manifest *manifest, sp_text name);

#endif
