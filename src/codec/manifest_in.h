/* A book's manifest and the parts that it binds: sync/README.md, section 3. */
#ifndef SP_CODEC_MANIFEST_IN_H
#define SP_CODEC_MANIFEST_IN_H

#include "base/sha256.h"
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

/* Gives the parts of a file to the manifest, whose lengths they must have. */
bool manifest_parts_in(sp_text parts, sp_report *report, book_manifest *manifest);

/* How far the hashes of the parts have been checked: all zeros at first. */
typedef struct {
  uint32_t part, at;
  hash_stream stream;
} parts_hash;

/* Hashes at most so many bytes more of one part; false: all are checked, or the report has what is
 * wrong besides. */
bool parts_hash_on(parts_hash *hash, const book_manifest *manifest, uint32_t size_max,
                   sp_report *report);

/* Catalogue and rules must be there. */
bool manifest_is_whole(const book_manifest *manifest, sp_report *report);

/* The part of that name, NULL when the manifest has none. */
const manifest_part *manifest_find(const book_manifest *manifest, sp_text name);

#endif
