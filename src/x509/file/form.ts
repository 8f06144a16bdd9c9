/** A form of file that holds no certificates to be read, and what its reader is told. */

/** A form of file that is not read here. */
export interface FileForm {
  /** A noun phrase: `a PKCS #12 store`. */
  readonly title: string;
  /** What to do, a sentence; `{}` stands for the file. */
  readonly advice: string;
  readonly isPrivateKey?: true;
}

/** The form's advice for a file of this name. A name that a shell would take apart is not written into a command. */
export function adviseForm({ advice }: Pick<FileForm, "advice">, file = "FILE"): string {
  return advice.replaceAll("{}", /^[\w./@%+-]+$/.test(file) && !file.startsWith("-") ? file : "FILE");
}
