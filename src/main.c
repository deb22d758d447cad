/* The program: a child that parses, or the command that was asked for. */
#include <string.h>

#include "cli/command.h"
#include "reader/reader.h"

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], READER_ROLE) == 0)
		return reader_child_main();
	return command_main(argc, argv);
}
