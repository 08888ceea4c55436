// What the shop sells.

export const products = [
  { id: 'apple', name: 'Apples, 1 kg', cents: 349, weightGrams: 1000 },
  { id: 'bread', name: 'Bread', cents: 420, weightGrams: 750 },
  { id: 'butter', name: 'Butter', cents: 289, weightGrams: 250 },
  { id: 'cheese', name: 'Cheese', cents: 599, weightGrams: 400 },
  { id: 'coffee', name: 'Coffee', cents: 899, weightGrams: 500 },
  { id: 'honey', name: 'Honey', cents: 750, weightGrams: 500 },
  { id: 'milk', name: 'Milk', cents: 139, weightGrams: 1030 },
  { id: 'pasta', name: 'Pasta', cents: 159, weightGrams: 500 },
];

export function findProduct(id) {
  return products.find((product) => product.id === id);
}
