/* The main loop of the computer's port: GLib's, as far as it is used. */
#ifndef LOOP_H
#define LOOP_H

#include <glib-unix.h>

/** One turn: at most one source is served. Waits no longer than `ms`; 0: nothing was there. */
int loopTurn(int ms);
int loopSources(void);
/** Whether something waits for `fd` to take bytes. */
int loopWaitsForRoom(int fd);

#endif
