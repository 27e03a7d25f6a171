import type { News } from '../../controllers/news.ts'
import { roomTexts as texts } from '../../locales/room-texts.ts'
import { shown } from '../../view/shown.ts'

/** With its author: whoever hears it sees nothing else. */
export function newsText(news: News): string {
  const from = shown(news.from)
  if (news.kind === 'new-key') return texts.newKey(from)
  if (news.kind === 'offered') return texts.offered(from, shown(news.name))
  return news.isDirect ? texts.heardAlone(from, shown(news.text)) : texts.heard(from, shown(news.text))
}
