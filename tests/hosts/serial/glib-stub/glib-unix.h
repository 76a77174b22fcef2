/* As much of GLib's main loop as a port uses; loop.c has it on poll(). */
#ifndef STUB_GLIB_UNIX_H
#define STUB_GLIB_UNIX_H

#include <poll.h>

typedef int gboolean;
typedef int gint;
typedef unsigned int guint;
typedef void *gpointer;
typedef enum { G_IO_IN = POLLIN, G_IO_OUT = POLLOUT, G_IO_ERR = POLLERR, G_IO_HUP = POLLHUP } GIOCondition;
typedef gboolean (*GUnixFDSourceFunc)(gint fd, GIOCondition condition, gpointer it);
typedef gboolean (*GSourceFunc)(gpointer it);

#define G_SOURCE_REMOVE (0)
#define G_SOURCE_CONTINUE (1)

guint g_unix_fd_add(gint fd, GIOCondition condition, GUnixFDSourceFunc callback, gpointer it);
guint g_idle_add(GSourceFunc callback, gpointer it);
gboolean g_source_remove(guint source);

#endif
