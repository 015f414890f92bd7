// Scores texts with llama.cpp, to compare other code with it.
//
// usage: score MODEL.gguf [ADAPTER.gguf]
// Standard input, a line each:
//   t HEX              the UTF-8 bytes of a text, in hexadecimal; prints its tokens
//   s FROM ID ID ...   tokens; prints the summed log-probability of those from the index FROM on, FROM > 0
#include <llama.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { most = 2048 };

static void quiet(enum ggml_log_level level, const char *text, void *data) {
    (void)data;
    if (level == GGML_LOG_LEVEL_ERROR) fputs(text, stderr);
}

static double log_probability(const float *logits, int count, llama_token token) {
    double top = logits[0], sum = 0;
    for (int i = 1; i < count; i++) if (logits[i] > top) top = logits[i];
    for (int i = 0; i < count; i++) sum += exp(logits[i] - top);
    return logits[token] - top - log(sum);
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    llama_log_set(quiet, NULL);
    llama_backend_init();
    struct llama_model_params how = llama_model_default_params();
    struct llama_model *model = llama_model_load_from_file(argv[1], how);
    if (!model) return 1;
    struct llama_context_params settings = llama_context_default_params();
    settings.n_ctx = settings.n_batch = settings.n_ubatch = most;
    settings.n_threads = settings.n_threads_batch = 2;
    struct llama_context *context = llama_init_from_model(model, settings);
    if (!context) return 1;
    if (argc > 2) {
        struct llama_adapter_lora *adapter = llama_adapter_lora_init(model, argv[2]);
        float scale = 1;
        if (!adapter || llama_set_adapters_lora(context, &adapter, 1, &scale)) return 1;
    }
    const struct llama_vocab *vocab = llama_model_get_vocab(model);
    const int words = llama_vocab_n_tokens(vocab);
    struct llama_batch batch = llama_batch_init(most, 0, 1);
    char *line = NULL;
    size_t room = 0;
    static llama_token tokens[most];
    while (getline(&line, &room, stdin) > 0) {
        if (line[0] == 't') {
            size_t length = strcspn(line + 2, "\n") / 2;
            char *text = malloc(length + 1);
            for (size_t i = 0; i < length; i++) {
                unsigned byte;
                sscanf(line + 2 + 2 * i, "%2x", &byte);
                text[i] = (char)byte;
            }
            int count = llama_tokenize(vocab, text, (int)length, tokens, most, false, false);
            for (int i = 0; i < count; i++) printf("%d ", tokens[i]);
            puts("");
            free(text);
            continue;
        }
        char *at = line + 1;
        long from = strtol(at, &at, 10);
        int count = 0;
        for (char *end; count < most; at = end, count++) {
            long token = strtol(at, &end, 10);
            if (end == at) break;
            tokens[count] = (llama_token)token;
        }
        batch.n_tokens = count - 1;
        for (int i = 0; i < count - 1; i++) {
            batch.token[i] = tokens[i];
            batch.pos[i] = i;
            batch.n_seq_id[i] = 1;
            batch.seq_id[i][0] = 0;
            batch.logits[i] = i + 1 >= from;
        }
        llama_memory_clear(llama_get_memory(context), true);
        if (llama_decode(context, batch)) return 1;
        double sum = 0;
        for (int i = (int)from - 1; i < count - 1; i++) sum += log_probability(llama_get_logits_ith(context, i), words, tokens[i + 1]);
        printf("%.6f\n", sum);
        fflush(stdout);
    }
    return 0;
}
