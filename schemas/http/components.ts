/** Every schema with a name: registered once with the server and listed under components of the OpenAPI document. */
import type { TSchema } from 'typebox'
import { Problem } from './common.ts'
import { DagRun, DagRunCollection, TriggerDagRun } from './dag-runs.ts'
import { DagVersion, DagVersionCollection } from './dag-versions.ts'
import { Dag, DagCollection, DagDetails, DagPatch, DagSource, DagTag } from './dags.ts'
import { ImportError, ImportErrorCollection } from './import-errors.ts'
import { LiveDag, LiveImportError, LiveLag, LiveReset, LiveRun, LiveTask, LogEnd, LogLines } from './live-events.ts'
import { LogMessage, TaskLog } from './logs.ts'
import { Alive, Health, StoppedColumn, Version } from './monitor.ts'
import { TaskFailure, TaskInstance, TaskInstanceCollection, TaskInstanceTry, TaskInstanceTryCollection } from './task-instances.ts'
import { Task, TaskCollection, TimeDelta } from './tasks.ts'
import { DagRow, DagRows, RunBar } from './ui-dags.ts'
import { Grid, GridRun } from './ui-grid.ts'
import { Structure, StructureEdge, StructureGroup, StructureNode } from './ui-structure.ts'
import { Worker, WorkerCollection } from './workers.ts'
import { XComCollection, XComEntry, XComWithValue } from './xcoms.ts'

export const components: readonly TSchema[] = [
  Problem,
  DagTag,
  DagVersion,
  Dag,
  DagCollection,
  DagDetails,
  DagPatch,
  DagSource,
  DagVersionCollection,
  DagRun,
  DagRunCollection,
  TriggerDagRun,
  TaskFailure,
  TaskInstance,
  TaskInstanceCollection,
  TaskInstanceTry,
  TaskInstanceTryCollection,
  LogMessage,
  TaskLog,
  XComEntry,
  XComCollection,
  XComWithValue,
  ImportError,
  ImportErrorCollection,
  TimeDelta,
  Task,
  TaskCollection,
  StoppedColumn,
  Health,
  Alive,
  Version,
  Worker,
  WorkerCollection,
  RunBar,
  DagRow,
  DagRows,
  GridRun,
  Grid,
  StructureNode,
  StructureEdge,
  StructureGroup,
  Structure,
  LiveTask,
  LiveRun,
  LiveDag,
  LiveImportError,
  LiveLag,
  LiveReset,
  LogLines,
  LogEnd,
]
