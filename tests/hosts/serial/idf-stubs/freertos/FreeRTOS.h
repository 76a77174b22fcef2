/* As much of FreeRTOS as a port uses, in ESP-IDF's types; fake.c has it on threads of the computer. */
#ifndef STUB_FREERTOS_H
#define STUB_FREERTOS_H

#include <stdint.h>

typedef int BaseType_t;
typedef unsigned int UBaseType_t;
typedef uint32_t TickType_t;

typedef struct {
	uint32_t	owner;
} portMUX_TYPE;

#define portMUX_INITIALIZER_UNLOCKED {0}
#define portENTER_CRITICAL(_MUX) stubEnterCritical(_MUX)
#define portEXIT_CRITICAL(_MUX) stubExitCritical(_MUX)
void stubEnterCritical(portMUX_TYPE *mux);
void stubExitCritical(portMUX_TYPE *mux);

#define portMAX_DELAY ((TickType_t)0xffffffffu)
#define pdFALSE (0)
#define pdTRUE (1)
#define pdPASS (pdTRUE)

#endif
