/* A process's own files in /proc. */
#ifndef FM_OWN_H
#define FM_OWN_H

/* Opens one of them for writing. Result: a descriptor, or -1 with errno. */
int fm_open_own(const char *path);

#endif
