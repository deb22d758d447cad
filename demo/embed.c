/*
 * Writes the files named on the command line as a C source with their bytes:
 * the stories become part of the program.  Runs while the project is built.
 */
#include <stdio.h>
#include <string.h>

static int embed_file(FILE *out, const char *path, int index)
{
	FILE *in = fopen(path, "rb");
	int byte;

	if (!in)
		return -1;
	fprintf(out, "static const char file_%d[] = {", index);
	for (int n = 0; (byte = getc(in)) != EOF; n++)
		fprintf(out, "%s%d,", n % 24 ? "" : "\n\t", byte < 128 ? byte : byte - 256);
	fprintf(out, "\n\t0 };\n");
	return fclose(in);
}

int main(int argc, char **argv)
{
	FILE *out = argc > 2 ? fopen(argv[1], "w") : NULL;

	if (!out) {
		fprintf(stderr, "usage: embed OUTPUT FILE...\n");
		return 2;
	}
	fprintf(out, "/* Made from demo/stories by demo/embed.c. */\n#include \"story.h\"\n\n");
	for (int i = 2; i < argc; i++)
		if (embed_file(out, argv[i], i) != 0) {
			perror(argv[i]);
			return 1;
		}
	fprintf(out, "\nconst struct story_file story_files[] = {\n");
	for (int i = 2; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');
		fprintf(out, "\t{ \"%s\", file_%d, sizeof file_%d - 1 },\n", slash ? slash + 1 : argv[i], i, i);
	}
	fprintf(out, "};\nconst size_t story_files_count = %d;\n", argc - 2);
	return fclose(out) == 0 ? 0 : 1;
}
