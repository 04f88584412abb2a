/** Every schema with a name: registered once with the server and listed under components of the OpenAPI document. */
import type { TSchema } from 'typebox'
import {
  Asset,
  AssetCollection,
  AssetDagReference,
  AssetDagRun,
  AssetEvent,
  AssetEventCollection,
  AssetTaskReference,
  AssetWait,
  CreateAssetEvent,
  DagAssetWaits,
  DagAssetWaitsCollection,
  LastAssetEvent,
  LiveAssetEvent,
  QueuedEvent,
  QueuedEventCollection,
} from './assets.ts'
import { Backfill, BackfillCollection, BackfillPost, BackfillProgress, DryRunBackfill, DryRunBackfillCollection } from './backfills.ts'
import { ClearDagRun, ClearTaskInstances, MarkTaskInstances, PatchDagRun, PatchTaskInstance } from './changes.ts'
import { Problem } from './common.ts'
import { DagRun, DagRunCollection, TriggerDagRun } from './dag-runs.ts'
import { DagVersion, DagVersionCollection } from './dag-versions.ts'
import { Dag, DagCollection, DagDetails, DagPatch, DagSource, DagTag } from './dags.ts'
import { ImportError, ImportErrorCollection } from './import-errors.ts'
import { LiveBackfill, LiveDag, LiveImportError, LiveLag, LiveMonitor, LiveReset, LiveRun, LiveTask, LogEnd, LogLines } from './live-events.ts'
import { LogMessage, TaskLog } from './logs.ts'
import { Alive, Health, StoppedColumn, Version } from './monitor.ts'
import { Pool, PoolCollection, PoolPatch, PoolPost } from './pools.ts'
import { TaskFailure, TaskInstance, TaskInstanceCollection, TaskInstanceTry, TaskInstanceTryCollection, Trigger } from './task-instances.ts'
import { Task, TaskCollection, TimeDelta } from './tasks.ts'
import { DagRow, DagRows, RunBar } from './ui-dags.ts'
import { DeadLetter, DeadLetterCollection } from './ui-dead-letters.ts'
import { Grid, GridRun } from './ui-grid.ts'
import { NextRuns, RunWindowAnswer } from './ui-next-runs.ts'
import { RunGroup, RunGroupCollection } from './ui-run-groups.ts'
import { Structure, StructureEdge, StructureGroup, StructureNode } from './ui-structure.ts'
import { FieldChange, TaskFieldChanges, VersionDiff, VersionEdge } from './ui-version-diff.ts'
import { WaitReason, WaitReasons } from './waits.ts'
import { Watcher, WatcherCollection } from './watchers.ts'
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
  WaitReason,
  WaitReasons,
  TaskFailure,
  Trigger,
  TaskInstance,
  TaskInstanceCollection,
  TaskInstanceTry,
  TaskInstanceTryCollection,
  LogMessage,
  TaskLog,
  XComEntry,
  XComCollection,
  XComWithValue,
  RunGroup,
  RunGroupCollection,
  DeadLetter,
  DeadLetterCollection,
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
  Watcher,
  WatcherCollection,
  RunBar,
  DagRow,
  DagRows,
  GridRun,
  Grid,
  StructureNode,
  StructureEdge,
  StructureGroup,
  Structure,
  ClearTaskInstances,
  MarkTaskInstances,
  ClearDagRun,
  PatchDagRun,
  PatchTaskInstance,
  BackfillProgress,
  Backfill,
  BackfillCollection,
  BackfillPost,
  DryRunBackfill,
  DryRunBackfillCollection,
  Pool,
  PoolCollection,
  PoolPost,
  PoolPatch,
  FieldChange,
  TaskFieldChanges,
  VersionEdge,
  VersionDiff,
  RunWindowAnswer,
  NextRuns,
  AssetDagReference,
  AssetTaskReference,
  LastAssetEvent,
  Asset,
  AssetCollection,
  AssetDagRun,
  AssetEvent,
  AssetEventCollection,
  CreateAssetEvent,
  QueuedEvent,
  QueuedEventCollection,
  AssetWait,
  DagAssetWaits,
  DagAssetWaitsCollection,
  LiveAssetEvent,
  LiveTask,
  LiveRun,
  LiveBackfill,
  LiveDag,
  LiveImportError,
  LiveLag,
  LiveMonitor,
  LiveReset,
  LogLines,
  LogEnd,
]
