/** The path of the program bitbybit-contract of this machine's platform. Throws where its package is not installed. */
export function programPath(): string;
