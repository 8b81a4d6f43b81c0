/* What we compile of Mbed TLS: SHA-256 and the curve P-256, nothing else. The rounds of SHA-256 are
 * in sha256_block.c. */
#ifndef SP_MBEDTLS_CONFIG_H
#define SP_MBEDTLS_CONFIG_H

#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_PROCESS_ALT
#define MBEDTLS_PSA_P256M_DRIVER_ENABLED

#endif
