#include <llama.h>

// llama.cpp prints while it loads; an empty log callback keeps the terminal to ourselves.
static inline void cllama_ignore_log(enum ggml_log_level level, const char *text, void *data) {
    (void)level, (void)text, (void)data;
}
static inline void cllama_silence(void) { llama_log_set(cllama_ignore_log, NULL); }
