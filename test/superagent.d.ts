/** What the tests ask of superagent, which brings no types. */
declare module "superagent" {
  interface Asked extends Promise<{ readonly text: string }> {
    agent(agent: object): Asked;
    retry(times: number): Asked;
  }
  const superagent: { readonly get: (url: string) => Asked };
  export default superagent;
}
