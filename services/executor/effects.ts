/** What the pure part asks its shell to do. Times of sending and bytes are the shell's. */
import type { ExecutorStatus, InboxCommand, Report } from '../../schemas/generated/records.ts'

export type Effect =
  /** Append a claim of this owner to `leadership`. */
  | { readonly type: 'claim'; readonly owner: string }
  /** Fetch the end of `heartbeats` and answer with it; `of`: who asks. */
  | { readonly type: 'ask_heartbeats_end'; readonly of: 'takeover' | 'leases'; readonly epoch: number }
  /** Fetch the ends of all columns' journals and answer. */
  | { readonly type: 'ask_journal_ends'; readonly epoch: number }
  | { readonly type: 'inbox'; readonly command: Omit<InboxCommand, 'at' | 'part' | 'more'> }
  /** A worker that was to be drained is gone: the wish is taken away. */
  | { readonly type: 'drained'; readonly incarnation: string }
  | { readonly type: 'report'; readonly report: Omit<Report, 'at' | 'by' | 'start'> }
  | { readonly type: 'status'; readonly epoch: number; readonly status: Omit<ExecutorStatus, 'hostname' | 'pid' | 'kind'> }
