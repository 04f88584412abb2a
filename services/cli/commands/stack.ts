import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { handOver } from '../hand-over.ts'

export const start = (cli: Cli): Command =>
  handOver(cli, 'start', 'start Kafka, Postgres, the registry and all services here (--help for options)', 'stack').alias('up')

export const down = (cli: Cli): Command => handOver(cli, 'down', 'stop what start --detach started', 'stack-control', ['down'])

export const status = (cli: Cli): Command => handOver(cli, 'status', 'show what runs here', 'stack-control', ['status'])

export const repair = (cli: Cli): Command =>
  handOver(cli, 'repair', 'show columns that stand still because records are gone, and give those up (--help)', 'repair')

export const dbRebuild = (cli: Cli): Command => handOver(cli, 'rebuild', 'make the tables anew from the topics, while everything runs', 'db-rebuild')
