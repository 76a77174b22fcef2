#ifndef STUB_ESP_PARTITION_H
#define STUB_ESP_PARTITION_H

#include <stdint.h>

typedef struct {
	uint32_t	size;
} esp_partition_t;

#endif
