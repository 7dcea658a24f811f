/** commander uses node:child_process only for subcommands that are programs of their own: there are none. */
export {};
