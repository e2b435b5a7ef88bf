/* Places inside of a new root, reached as the target will see them: no link and no `..` leads
 * out. */
#ifndef FM_PLACE_H
#define FM_PLACE_H

#include <stdint.h>

/* Result: a descriptor, or -1 with errno. */
int fm_open_inside(int root, const char *path, uint64_t flags);

/* Makes the folders above the last name of a path, and opens the last of them; `name` becomes the
 * last name. Result: a descriptor, or -1 with errno. */
int fm_open_parent(int root, const char *path, const char **name);

/* Opens the place of a mount and makes it first, a folder or an empty file. Result: as before. */
int fm_open_place(int root, const char *path, int is_folder);

/* Puts a detached mount into its place and takes its descriptor, also where it fails; -1 is passed
 * on. Result: 0, or -1 with errno. */
int fm_attach(int root, int mount, const char *target);

#endif
