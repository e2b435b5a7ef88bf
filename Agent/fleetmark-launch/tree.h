/* The descendants of this process, found in /proc. The process must be their subreaper, so that
 * none can leave the tree by ending its parent. */
#ifndef FM_TREE_H
#define FM_TREE_H

/* Opens /proc. Result: 0 or an errno. Must precede all others. */
int fm_tree_open(void);

/* Names the first process of the tree's namespaces: it is no part of what is counted and
 * signalled, and its end is the end of all inside. */
void fm_tree_set_init(int pid);

/* Sends a signal to every living descendant. Result: how many were alive. */
unsigned fm_tree_signal(int signal);

/* Reaps what has ended. Result: descendants alive now. */
unsigned fm_tree_count(void);

/* Kills and reaps until no child is left. Result: those that did not die in time, mostly 0. */
unsigned fm_tree_end(void);

#endif
