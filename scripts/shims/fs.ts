/** commander uses node:fs only for subcommands that are programs of their own: there are none. */
export {};
