/** Who logs in to which host, and the one that is meant. */

/** Who logs in to a host. */
export interface Login {
  readonly host: string | undefined;
  readonly name: string;
  readonly password: string;
}

/** The login for a host, and for a user of it where one is named. */
export function findLogin(logins: readonly Login[], host: string, name?: string): Login | undefined {
  const isMeant = (one: Login): boolean => name === undefined || one.name === name;
  return (
    logins.find((one) => one.host?.toLowerCase() === host.toLowerCase() && isMeant(one)) ??
    logins.find((one) => one.host === undefined && isMeant(one))
  );
}
