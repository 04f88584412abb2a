import type { Cluster, GroupMember, PartitionAssigner } from 'kafkajs'
import { Type } from '#typebox'
import { Check } from '#typebox/value'
import { assignColumns, type ColumnMember } from '../assign-columns.ts'
import type { SubscribeOptions } from '../port.ts'
import { AssignerProtocol } from './kafkajs.ts'

type Assignment = Record<string, number[]>
type Standing = Omit<ColumnMember, 'id'>

const { MemberMetadata, MemberAssignment } = AssignerProtocol
const noData = Buffer.alloc(0)
const Told = Type.Object({ owned: Type.Array(Type.Integer()), since: Type.Number() })

const partitionsOf = (cluster: Cluster, topic: string): number[] => cluster.findTopicPartitionMetadata(topic).map((p) => p.partitionId)

/** For a group of one: what it asked for. */
const aloneAssigner =
  (name: string, assignment: (cluster: Cluster, topics: readonly string[]) => Assignment): PartitionAssigner =>
  ({ cluster }) => ({
    name,
    version: 1,
    protocol: ({ topics }) => ({ name, metadata: MemberMetadata.encode({ version: 1, topics, userData: noData }) }),
    assign: async ({ members, topics }) =>
      members.map(({ memberId }) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({ version: 1, assignment: assignment(cluster, topics), userData: noData }),
      })),
  })

/** Whole columns to one member each; the other topics whole to every member. What a member owns now travels in its user data, and since when it is here. */
const columnAssigner =
  (columnTopics: readonly string[], now: () => Standing): PartitionAssigner =>
  ({ cluster }) => ({
    name: 'millrace-columns',
    version: 1,
    protocol: ({ topics }) => ({
      name: 'millrace-columns',
      metadata: MemberMetadata.encode({ version: 1, topics, userData: Buffer.from(JSON.stringify(now())) }),
    }),
    assign: async ({ members, topics }) => {
      const columns = Math.min(...columnTopics.map((topic) => partitionsOf(cluster, topic).length))
      const owners = assignColumns(
        columns,
        members.map((m) => ({ id: m.memberId, ...toldBy(m) })),
      )
      return members.map(({ memberId }) => {
        const mine = [...(owners.get(memberId) ?? [])]
        const assignment = Object.fromEntries(topics.map((topic) => [topic, columnTopics.includes(topic) ? mine : partitionsOf(cluster, topic)]))
        return { memberId, memberAssignment: MemberAssignment.encode({ version: 1, assignment, userData: noData }) }
      })
    },
  })

/** A member of another release may say it in another way: then it only loses stickiness. */
const toldBy = (member: GroupMember): Standing => {
  const stranger = { owned: [], since: Number.MAX_SAFE_INTEGER }
  try {
    const told: unknown = JSON.parse(MemberMetadata.decode(member.memberMetadata)?.userData.toString() || 'null')
    return Check(Told, told) ? told : stranger
  } catch {
    return stranger
  }
}

export const assignerFor = (assignment: SubscribeOptions['assignment'], now: () => Standing): PartitionAssigner => {
  switch (assignment.kind) {
    case 'all':
      return aloneAssigner('millrace-all', (cluster, topics) => Object.fromEntries(topics.map((topic) => [topic, partitionsOf(cluster, topic)])))
    case 'only':
      return aloneAssigner('millrace-only', () =>
        Object.fromEntries(Object.entries(assignment.partitions).map(([topic, partitions]) => [topic, [...partitions]])),
      )
    case 'columns':
      return columnAssigner(assignment.columnTopics, now)
  }
}
