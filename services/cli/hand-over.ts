import { Command } from 'commander'
import type { Cli, Program } from './cli.ts'

/** A command whose options and help belong to another program: everything behind its name is handed over as it stands. */
export const handOver = (cli: Cli, name: string, description: string, program: Program, own: readonly string[] = []): Command =>
  new Command(name)
    .description(description)
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[options...]')
    .action(async (options: readonly string[]) => cli.become(program, [...own, ...options]))
