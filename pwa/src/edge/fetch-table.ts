import { fetchPart } from './fetch-part.ts'

/** What the build made of a `*.table.ts`. */
export async function fetchTable(url: string): Promise<Readonly<Record<string, string>>> {
  return (await (await fetchPart(url)).json()) as Record<string, string>
}
