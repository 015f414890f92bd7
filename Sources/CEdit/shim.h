#include <stdio.h>
#include <editline/readline.h>

// libedit's settings are global variables, which Swift rightly does not like to touch: they are set once, here.
// Ctrl-C is not libedit's business; words are completed with what `entry` offers.
static inline void cedit_begin(int remembered, rl_compentry_func_t *entry) {
    rl_catch_signals = 0;
    using_history();
    stifle_history(remembered);
    rl_completion_append_character = ' ';
    rl_completion_entry_function = entry;
}
