import { Button, Text, View } from '@tarojs/components';
import { useEffect } from 'react';
import { useCart } from 'suanpan/react';
import { cart, plus, start, view } from '../../shop.js';

export default function CartPage() {
  const { lines, total } = useCart({ source: cart, view });
  useEffect(() => {
    start();
  }, []);
  return (
    <View>
      {lines.map((line) => (
        <View key={line.id} className="line">
          <Text className="qty">{line.qty}</Text>
          <Text className="net">{`¥${line.net}`}</Text>
        </View>
      ))}
      <Text className="total">{`¥${total}`}</Text>
      <Button className="plus" onClick={plus}>+</Button>
    </View>
  );
}
