interface Named {
  readonly task_id: string
  readonly map_index: number
  readonly rendered_map_index?: string | null
}

/** A task instance by name; a mapped one with its own name, or its index. */
export const instanceLabel = ({ task_id, map_index, rendered_map_index }: Named): string =>
  map_index < 0 ? task_id : `${task_id} [${rendered_map_index ?? map_index}]`
