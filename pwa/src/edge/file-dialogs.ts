/** Dialogs by which a person gives a page a file or a folder to keep, where the engine has them. */
type Dialogs = {
  showOpenFilePicker?(options: { readonly multiple: boolean }): Promise<FileSystemFileHandle[]>
  showDirectoryPicker?(options: { readonly mode: 'read' }): Promise<FileSystemDirectoryHandle>
  showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<FileSystemFileHandle>
}

export const dialogs = globalThis as Dialogs

/** Nobody reads a dialog and closes it in so many milliseconds. */
const AT_ONCE = 100

/**
 * What the person chose, or that they declined. Undefined: nobody was asked, since the engine has no such dialog, shows none
 * here, or saw no click that this came from.
 */
export async function choose<Chosen>(
  dialog: Promise<Chosen> | undefined,
): Promise<Chosen | 'declined' | undefined> {
  const begun = performance.now()
  try {
    return await dialog
  } catch (error) {
    const isPerson = (error as DOMException).name === 'AbortError' && performance.now() - begun > AT_ONCE
    return isPerson ? 'declined' : undefined
  }
}

/** By the dialog that every engine has. Empty: the person changed their mind, or there was no click that this came from. */
export function pickByInput(): Promise<readonly File[]> {
  const input = document.createElement('input')
  input.type = 'file'
  return new Promise(resolve => {
    const settle = () => resolve([...(input.files ?? [])])
    input.addEventListener('change', settle)
    input.addEventListener('cancel', settle)
    // Without a click it would open nothing, and tell nobody.
    if (navigator.userActivation?.isActive === false) settle()
    else input.click()
  })
}
