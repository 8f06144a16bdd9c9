/** What a survey's page has beside the style of every page: its timeline of bars. */

export const surveyStyle = `
.most { width: 45%; } .name { width: 26%; }
.timeline tbody th { white-space: nowrap; }
.timeline :is(th, td) { min-width: 0; }
.timeline :is(td, thead th:not(:first-child)) { width: 42%; }
.bar { display: inline-block; height: .8rem; min-width: 2px; border-radius: .2rem; background: currentColor; vertical-align: middle; }
`;
