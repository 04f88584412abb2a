import { AssignerProtocol, type Cluster, type GroupMember, type PartitionAssigner } from 'kafkajs'
import { assignColumns } from '../assign-columns.ts'
import type { SubscribeOptions } from '../port.ts'

type Assignment = Record<string, number[]>

const { MemberMetadata, MemberAssignment } = AssignerProtocol
const noData = Buffer.alloc(0)

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

/** Whole columns to one member each; the other topics whole to every member. What a member owns now travels in its user data. */
const columnAssigner =
  (columnTopics: readonly string[], ownedNow: () => readonly number[]): PartitionAssigner =>
  ({ cluster }) => ({
    name: 'millrace-columns',
    version: 1,
    protocol: ({ topics }) => ({
      name: 'millrace-columns',
      metadata: MemberMetadata.encode({ version: 1, topics, userData: Buffer.from(JSON.stringify(ownedNow())) }),
    }),
    assign: async ({ members, topics }) => {
      const columns = Math.min(...columnTopics.map((topic) => partitionsOf(cluster, topic).length))
      const owners = assignColumns(
        columns,
        members.map((m) => ({ id: m.memberId, owned: ownedBy(m) })),
      )
      return members.map(({ memberId }) => {
        const mine = [...(owners.get(memberId) ?? [])]
        const assignment = Object.fromEntries(topics.map((topic) => [topic, columnTopics.includes(topic) ? mine : partitionsOf(cluster, topic)]))
        return { memberId, memberAssignment: MemberAssignment.encode({ version: 1, assignment, userData: noData }) }
      })
    },
  })

/** A member of another release may say it in another way: then it only loses stickiness. */
const ownedBy = (member: GroupMember): number[] => {
  try {
    const owned: unknown = JSON.parse(MemberMetadata.decode(member.memberMetadata)?.userData.toString() || '[]')
    return Array.isArray(owned) ? owned.filter(Number.isInteger) : []
  } catch {
    return []
  }
}

export const assignerFor = (assignment: SubscribeOptions['assignment'], ownedNow: () => readonly number[]): PartitionAssigner => {
  switch (assignment.kind) {
    case 'all':
      return aloneAssigner('millrace-all', (cluster, topics) => Object.fromEntries(topics.map((topic) => [topic, partitionsOf(cluster, topic)])))
    case 'only':
      return aloneAssigner('millrace-only', () =>
        Object.fromEntries(Object.entries(assignment.partitions).map(([topic, partitions]) => [topic, [...partitions]])),
      )
    case 'columns':
      return columnAssigner(assignment.columnTopics, ownedNow)
  }
}
