import { seal, unseal } from './secret.ts'

/** The one edition a preview link shows. */
export interface Previewed {
  article: string
  language: string
}

/** Seals of other purposes, such as cursors, are no previews, nor the other way round. */
const purpose = 'preview'

/** The token of a link that opens until `expires`, in milliseconds since 1970. */
export const sealPreview = (secret: string, { article, language }: Previewed, expires: number): string =>
  seal(secret, purpose, { article, language, expires })

/** What a token shows, or null when the house did not make it, somebody changed it, or its time is over. */
export function openPreview(secret: string, token: string, now: number): Previewed | null {
  const opened = unseal(secret, purpose, token) as (Previewed & { expires: number }) | null
  return opened && now < opened.expires ? { article: opened.article, language: opened.language } : null
}
