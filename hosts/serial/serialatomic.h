/*
 * Words that two cores change: each gives what was there before.
 *
 * The SDK compiles for RISC-V without its atomic instructions, and ESP-IDF does not have GCC's functions for them on every
 * chip (a C6 with IDF 6 does not link): there it is a critical section. SERIAL_CRITICAL asks for it elsewhere.
 */
#ifndef UPLINK_SERIALATOMIC_H
#define UPLINK_SERIALATOMIC_H

#include <stdint.h>

#if defined(__riscv) && !defined(__riscv_atomic) && !defined(SERIAL_CRITICAL)
	#define SERIAL_CRITICAL 1
#endif

static inline uint32_t serialLoad(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

#ifdef SERIAL_CRITICAL

#include "freertos/FreeRTOS.h"

extern portMUX_TYPE gSerialMux;

#define SERIAL_CHANGE(_WORD, _VALUE) \
	uint32_t before; \
	portENTER_CRITICAL(&gSerialMux); \
	before = *(_WORD); \
	__atomic_store_n(_WORD, _VALUE, __ATOMIC_SEQ_CST); \
	portEXIT_CRITICAL(&gSerialMux); \
	return before

static inline uint32_t serialExchange(uint32_t *word, uint32_t value)
{
	SERIAL_CHANGE(word, value);
}

static inline uint32_t serialOr(uint32_t *word, uint32_t bits)
{
	SERIAL_CHANGE(word, before | bits);
}

static inline uint32_t serialAnd(uint32_t *word, uint32_t bits)
{
	SERIAL_CHANGE(word, before & bits);
}

static inline uint32_t serialPlus(uint32_t *word, uint32_t count)
{
	SERIAL_CHANGE(word, before + count);
}

#else

static inline uint32_t serialExchange(uint32_t *word, uint32_t value)
{
	return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}

static inline uint32_t serialOr(uint32_t *word, uint32_t bits)
{
	return __atomic_fetch_or(word, bits, __ATOMIC_SEQ_CST);
}

static inline uint32_t serialAnd(uint32_t *word, uint32_t bits)
{
	return __atomic_fetch_and(word, bits, __ATOMIC_SEQ_CST);
}

static inline uint32_t serialPlus(uint32_t *word, uint32_t count)
{
	return __atomic_fetch_add(word, count, __ATOMIC_SEQ_CST);
}

#endif

#endif
