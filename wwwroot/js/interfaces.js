/** The number of what is called "any": every interface at once. */
export const ANY = 0;

/** How an interface is called where one is chosen. */
export const interfaceLabel = ({ name, index, up }) => (index === ANY ? `${name} (every interface)` : up ? name : `${name} (down)`);
