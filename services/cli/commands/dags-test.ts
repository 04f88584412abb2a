import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { handOver } from '../hand-over.ts'

export const dagsTest = (cli: Cli): Command =>
  handOver(cli, 'test', 'run a DAG once in this process, without a broker: a file, or an id (--help for options)', 'dag-test')
