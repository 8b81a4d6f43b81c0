/* base64url without padding (RFC 4648, section 5), strict: unused bits are 0. */
#ifndef SP_SYNC_BASE64URL_H
#define SP_SYNC_BASE64URL_H

#include "base/base.h"

/* Characters for so many bytes, and bytes of so many characters. */
#define SP_BASE64URL_SIZE(bytes) (((bytes)*4 + 2) / 3)

/* How many bytes a text of that size holds. */
uint32_t base64url_size(sp_text text);

/* Writes base64url_size(text) bytes. False when the text is not canonical. */
bool base64url_read(sp_text text, uint8_t *out);

/* Writes SP_BASE64URL_SIZE(size) characters. */
void base64url_write(const uint8_t *bytes, uint32_t size, char *out);

#endif
