/*
 * bytecode NAME=FILE…: compiles ES modules to QuickJS bytecode and prints them as the C table `host_modules`. A build
 * tool: runs on the building machine. QuickJS's own qjsc would read every module at the start of the program; here a
 * module that is imported on demand is also read on demand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <quickjs-host.h>

/* What an imported module is while the importing one is compiled: any that has the name will do. */
static int nothing(JSContext *ctx, JSModuleDef *module)
{
    (void)ctx, (void)module;
    return 0;
}

/* Resolves every import to an empty module: the real one is found when the program runs. */
static JSModuleDef *resolve(JSContext *ctx, const char *name, void *opaque)
{
    (void)opaque;
    return JS_NewCModule(ctx, name, nothing);
}

/* The whole text of a file, ended by NUL. */
static char *load(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) < 0) {
        perror(path);
        exit(1);
    }
    *length = (size_t)ftell(file);
    rewind(file);
    char *text = calloc(1, *length + 1);
    if (!text || fread(text, 1, *length, file) != *length) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return text;
}

/*
 * Prints one module's bytecode as the array `module_<index>`; returns its length. Each gets a context with no others in
 * it.
 */
static size_t compile(int index, const char *name, const char *path)
{
    size_t length, size;
    char *text = load(path, &length);
    JSRuntime *rt = JS_NewRuntime();
    JSContext *ctx = JS_NewContext(rt);
    JS_SetStripInfo(rt, JS_STRIP_DEBUG);
    JS_SetModuleLoaderFunc(rt, NULL, resolve, NULL);
    JSValue module = JS_Eval(ctx, text, length, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    uint8_t *code = JS_IsException(module) ? NULL : JS_WriteObject(ctx, &size, module, JS_WRITE_OBJ_BYTECODE);
    if (!code) {
        const char *why = JS_ToCString(ctx, JS_GetException(ctx));
        fprintf(stderr, "bytecode: %s: %s\n", path, why ? why : "?");
        exit(1);
    }
    printf("static const uint8_t module_%d[] = {", index);
    for (size_t i = 0; i < size; i++)
        printf("%s%u,", i % 32 ? "" : "\n", code[i]);
    printf("\n};\n");
    js_free(ctx, code);
    free(text);
    JS_FreeValue(ctx, module);
    JS_FreeContext(ctx);
    JS_FreeRuntime(rt);
    return size;
}

/* Compiles every NAME=FILE and prints the table. */
int main(int argc, char **argv)
{
    size_t *sizes = calloc((size_t)argc, sizeof(*sizes));
    if (!sizes)
        return 1;
    printf("#include <quickjs-host.h>\n");
    for (int i = 1; i < argc; i++) {
        char *path = strchr(argv[i], '=');
        if (!path) {
            fprintf(stderr, "bytecode: expected NAME=FILE, got %s\n", argv[i]);
            return 2;
        }
        *path = 0;
        sizes[i] = compile(i, argv[i], path + 1);
    }
    printf("const HostModule host_modules[] = {\n");
    for (int i = 1; i < argc; i++)
        printf("    { \"%s\", module_%d, %zu },\n", argv[i], i, sizes[i]);
    printf("    { 0, 0, 0 },\n};\n");
    free(sizes);
    return fflush(stdout) == 0 ? 0 : 1;
}
