/** The roster, held against what JavaScript's own Set would say. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Roster, type RosterMember } from "./roster.ts";

class Member implements RosterMember<Member> {
  before: Member | undefined;
  after: Member | undefined;
}

it("has whoever came and has not left, in order, and says of each once that it left", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(9)), { maxLength: 200 }), (steps) => {
      const all = Array.from({ length: 10 }, () => new Member());
      const roster = new Roster<Member>();
      const model = new Set<Member>();
      for (const [comes, number] of steps) {
        const member = all[number] as Member;
        if (!comes) expect(roster.delete(member)).toBe(model.delete(member));
        else if (!model.has(member)) {
          roster.add(member);
          model.add(member);
        }
      }
      expect(roster.members).toEqual([...model]);
      expect(roster.size).toBe(model.size);
    }),
  );
});

it("is not held by who has left", () => {
  const roster = new Roster<Member>();
  const [first, second, third] = [new Member(), new Member(), new Member()];
  for (const member of [first, second, third]) roster.add(member);
  roster.delete(second);
  expect([second.before, second.after]).toEqual([undefined, undefined]);
  expect([first.after === third, third.before === first]).toEqual([true, true]);
});
