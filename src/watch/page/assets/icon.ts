/** The icon: a meerkat that stands upright, in two colours that both dark and light tabs show. */

export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#6b4423"/>
<path d="M11 29c0-9 1-11 1-15 0-5 2-9 4-9s4 4 4 9c0 4 1 6 1 15z" fill="#e9c48f"/>
<circle cx="14" cy="10" r="1.6" fill="#2b1a0c"/><circle cx="18" cy="10" r="1.6" fill="#2b1a0c"/>
<path d="M15 13h2l-1 1.4z" fill="#2b1a0c"/>
</svg>
`;
