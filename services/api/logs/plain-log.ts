import { type FileHandle, open } from 'node:fs/promises'
import type { FastifyReply } from 'fastify'

/** The file as it is, up to its length of now. */
export const sendPlainLog = async (reply: FastifyReply, path: string): Promise<FastifyReply> => {
  reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache').header('x-content-type-options', 'nosniff')
  const file = await openIfThere(path)
  if (file === null) return reply.send('')
  const { size } = await file.stat()
  if (size > 0) return reply.header('content-length', size).send(file.createReadStream({ end: size - 1 }))
  await file.close()
  return reply.send('')
}

const openIfThere = async (path: string): Promise<FileHandle | null> => {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
