/* Included before everything else: memory that can be told to run out. */
#ifndef FAKE_MEMORY_H
#define FAKE_MEMORY_H

#include <stdlib.h>

void *fakeCalloc(size_t count, size_t size);
void *fakeMalloc(size_t size);

#define calloc fakeCalloc
#define malloc fakeMalloc

#endif
