/* What we compile of Mbed TLS: SHA-256 and the curve P-256, nothing else.
 *
 * Not MBEDTLS_SHA256_SMALLER: its rounds take a third more steps where nothing is compiled, and
 * would save half a kilobyte of the compressed module.
 */
#ifndef SP_MBEDTLS_CONFIG_H
#define SP_MBEDTLS_CONFIG_H

#define MBEDTLS_SHA256_C
#define MBEDTLS_PSA_P256M_DRIVER_ENABLED

#endif
