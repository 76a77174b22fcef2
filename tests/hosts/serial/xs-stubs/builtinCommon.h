#ifndef STUB_BUILTINCOMMON_H
#define STUB_BUILTINCOMMON_H

#include <stdint.h>

uint8_t builtinUsePin(uint32_t pin);
void builtinFreePin(uint32_t pin);

#endif
